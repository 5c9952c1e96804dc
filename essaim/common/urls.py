from django.urls import path

from essaim.common import views

app_name = "common"
urlpatterns = [
    path("healthz/live", views.live, name="live"),
    path("healthz/ready", views.ready, name="ready"),
    path("courriels", views.local_mail, name="local_mail"),
]
