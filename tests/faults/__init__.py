"""Faults on purpose: what a learner was told is saved stays saved, whatever dies, races, gets lost or looks.

Two variables of the environment: ``FAULTS_SEED``, a whole number, chooses again what chance chose in an earlier run
(each test prints its own); ``FAULTS_ROUNDS`` says how often every test here tries, instead of the few times of an
everyday run: ``FAULTS_ROUNDS=300 python -m pytest tests/faults/test_kills.py`` kills 300 times on each database.
"""
