import resource,time,os
from tests.bench.growth import loaded
if __name__=="__main__":
    t=time.time(); print(loaded(1_000_000)); print("wall",time.time()-t); print(resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)); print(os.getloadavg())
