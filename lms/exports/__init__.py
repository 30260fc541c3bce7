"""Lists and reports that leave the house later: asked, agreed, made, fetched, gone."""
