{request}
