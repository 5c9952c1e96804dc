from django.urls import path

from essaim.needs import views

app_name = "needs"
urlpatterns = [
    path("besoins", views.needs, name="list"),
    path("besoins/nouveau", views.new, name="new"),
    path("besoins/<int:pk>", views.detail, name="detail"),
    path("besoins/<int:pk>/modifier", views.edit, name="edit"),
    path("besoins/<int:pk>/retirer", views.withdraw, name="withdraw"),
]
