"""The application object; ``streamlit run app.py`` serves it. The shell is in the dashboard.

Streamlit finds the object by reading this file, so it is built here and nothing else is.
"""

import streamlit as st

from genedge.dashboard.shell.server import MIDDLEWARE, lifespan

app = st.App("genedge/dashboard/shell/main.py", lifespan=lifespan, middleware=MIDDLEWARE)
