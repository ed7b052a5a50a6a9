"""Spreadsheets: reading what staff send, storing it part by part, writing one."""
