from intake.views.public import home

answer = home
