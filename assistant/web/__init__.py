"""The web page's parts: answers, tables, charts, exports and plain pages, drawn from answers and stored reports."""
