"""Layout, components, tokens, scripts, and the files that browsers load. Knows no feature, no person."""

from __future__ import annotations

from lms.core.feature import Feature
from lms.ui import views

feature = Feature(name="ui", blueprints=[views.blueprint, views.development], init_app=views.init_app)
