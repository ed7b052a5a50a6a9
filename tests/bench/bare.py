"""The yardstick: bare Flask and Jinja, a layout by `extends`, 20 rows of 4 escaped cells; no session, no database.

Never edited: every figure of `make bench` is a multiple of this page.
"""

from flask import Flask, render_template
from jinja2 import DictLoader

LAYOUT = """<!doctype html>
<html lang="zh-Hans-CN">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{% block title %}{% endblock %} · 桂花里社区</title>
<link rel="stylesheet" href="/static/base.css">
</head>
<body>
<header><a href="/">桂花里社区</a>
<nav>{% for url, label in nav %}<a href="{{ url }}">{{ label }}</a>{% endfor %}</nav></header>
<main>{% block main %}{% endblock %}</main>
<footer><p>佛山市禅城区祖庙街道桂花里 8 号 · 值班电话 0757-8888 8888</p></footer>
</body>
</html>
"""
LIST = """{% extends "layout.html" %}
{% block title %}{{ title }}{% endblock %}
{% block main %}
<h1>{{ title }}</h1>
<ul>
{% for day, name, place, state in rows %}
<li><time>{{ day }}</time><div><h3><a href="/activities/{{ loop.index }}">{{ name }}</a></h3><p>{{ place }}</p></div>
<span>{{ state }}</span></li>
{% endfor %}
</ul>
{% endblock %}
"""
ROWS = [(f"周六 11月{n + 1}日 上午9:30", f"周末亲子剪窗花 <第{n + 1}次> & 街坊茶话会", "桂花小屋手工室",
         f"剩 {n} 位") for n in range(20)]
NAV = [("/", "首页"), ("/activities/", "活动"), ("/hut/", "小屋"), ("/me", "我的")]

app = Flask(__name__)
app.jinja_loader = DictLoader({"layout.html": LAYOUT, "list.html": LIST})


@app.get("/")
def index():
    return render_template("list.html", title="活动", rows=ROWS, nav=NAV)
