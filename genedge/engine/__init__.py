"""The compiled engine: numpy arrays in, numpy arrays out; no pandas, no files, no dashboard.

Start reading at :mod:`genedge.engine.replay`, the event loop. Every other file is one idea that the
loop calls: the equations (``cost``), who leaves (``eviction``), the paper's Algorithm 1
(``genetic``), the best single decision (``exact``), the plans behind the bounds (``planning``, and
``slot_planning`` and ``slot_policy`` where switching is charged by slot).
"""
