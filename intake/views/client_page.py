from intake.views.public import home

lost_link = status = home
