"""Spreadsheets of activities: what their rows mean, and storing them part by part."""
