import time, tests.browser.test_whole_path as w
old=list(w.STAGES)
def timed(f):
    def g(t):
        s=time.time(); f(t); print(f"STAGE {time.time()-s:6.1f} {f.__module__.split('.')[-1]}.{f.__name__}", flush=True)
    return g
w.STAGES[:]=[timed(f) for f in old]
from tests.browser.test_whole_path import *
