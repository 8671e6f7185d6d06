package jobs

import (
	"sync"
	"time"
)

// Several accounts share the queues in which WeChat is called or asked: a process works
// Workers at once for each. Whoever calls for an account takes a share of its queue, so that
// one that hangs, at its time-outs, keeps the others' places free.

// shared are the queues of which each account has a share.
var shared = map[Queue]bool{Calls: true, FireCalls: true, Files: true, Batches: true, Prepares: true, Imports: true, Fills: true, Fires: true}

// shares counts the places that each account has taken in the queues.
type shares struct {
	mu    sync.Mutex
	taken map[share]int
}

type share struct {
	queue   Queue
	account string
}

// Share takes a place in a queue for an account, ("") or for what is no account's, until done
// is called; false where it has all of its places. Later is what a job ends with then.
func (j *Jobs) Share(queue Queue, account string) (done func(), ok bool) {
	of := share{queue, account}
	j.shares.mu.Lock()
	defer j.shares.mu.Unlock()
	if j.shares.taken[of] >= Workers()[queue] {
		return nil, false
	}
	j.shares.taken[of]++
	return func() {
		j.shares.mu.Lock()
		defer j.shares.mu.Unlock()
		if j.shares.taken[of]--; j.shares.taken[of] == 0 {
			delete(j.shares.taken, of)
		}
	}, true
}

// Later has a job come back that found no share of its queue.
func Later() error { return After(500 * time.Millisecond) }

// workersOf is how many jobs of a queue a process works at once, for so many accounts.
func workersOf(queue Queue, accounts int) int {
	most := Workers()[queue]
	if shared[queue] {
		most *= max(1, accounts)
	}
	return most
}
