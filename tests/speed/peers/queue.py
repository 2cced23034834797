"""M/M/1 in SimPy: how many customers were served, and in how many seconds."""

import random
import sys
import time

import simpy

until, load, service = float(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]) / 1e6
served = 0


def customer(env, server):
    global served
    with server.request() as turn:
        yield turn
        yield env.timeout(random.expovariate(1 / service))
    served += 1


def customers(env, server):
    while True:
        yield env.timeout(random.expovariate(load / service))
        env.process(customer(env, server))


random.seed(1)
env = simpy.Environment()
env.process(customers(env, simpy.Resource(env, capacity=1)))
start = time.perf_counter()
env.run(until=until)
print(served, time.perf_counter() - start)
