from django.urls import path

from essaim.following.views import follows, mail, notifications

app_name = "following"
urlpatterns = [
    path("suivre", follows.follow, name="follow"),
    path("ne-plus-suivre", follows.unfollow, name="unfollow"),
    path("mon-espace/suivis", follows.mine, name="mine"),
    path("mon-espace/notifications", notifications.listing, name="notifications"),
    path("mon-espace/notifications/lues", notifications.all_read, name="all_read"),
    path("mon-espace/notifications/<int:pk>", notifications.opened, name="open"),
    path("mon-espace/courriels", mail.settings_page, name="settings"),
    path("mon-espace/courriels/choix", mail.first_choice, name="first_choice"),
    path("desabonnement/<str:token>", mail.unsubscribe, name="unsubscribe"),
]
