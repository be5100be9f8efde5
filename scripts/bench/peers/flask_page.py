"""The tutorial's web page: Flask, and a Celery task for each request."""

from celery_tasks import add
from flask import Flask

page = Flask(__name__)


@page.route("/")
def index():
    return f"Task ID: {add.delay(16, 16).id}"
