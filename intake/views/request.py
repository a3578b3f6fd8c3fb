from intake.views.public import home

detail = home
