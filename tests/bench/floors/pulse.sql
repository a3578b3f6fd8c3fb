{lanes}
