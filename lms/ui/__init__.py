"""Layout, components, tokens, scripts, charts, and the files that browsers load.

Knows: languages and their directions, how a page is framed, how figures and states are drawn.
Does not know: any feature, any person, any table of the database; pages hand it ready values.
"""

from __future__ import annotations

from lms.core.feature import Feature
from lms.ui import views

#: Assets and templates; belongs to every app.
feature_blueprint = views.blueprint
#: /<lang>/styleguide; answers in development only.
styleguide_blueprint = views.development
feature = Feature(name="ui", blueprints=[feature_blueprint, styleguide_blueprint], init_app=views.init_app)
