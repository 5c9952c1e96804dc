app_name = "modelling"
urlpatterns: list = []
