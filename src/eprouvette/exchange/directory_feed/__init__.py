"""The copy of the national directory, read by a job: a first load, then every night what has changed.

It is the only room that talks to the directory; pages read the copy (`lab.directory`).
"""
