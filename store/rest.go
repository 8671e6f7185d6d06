package store

import "time"

// Changed is closed once this process has committed rows, from now on. Others' writes
// close it not.
func (db *DB) Changed() <-chan struct{} {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.changed == nil {
		db.changed = make(chan struct{})
	}
	return db.changed
}

func (db *DB) tellChanged() {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.changed != nil {
		close(db.changed)
		db.changed = nil
	}
}

// processBegan is the instant from which loops that look again and again count: those that look once
// a second do it together, and a machine at rest wakes once for all of them.
var processBegan = time.Now()

// untilNext is how long it is until so many of each have gone by since the process began.
func untilNext(each time.Duration) time.Duration { return each - time.Since(processBegan)%each }

// Every has do done again and again, each time that so long has gone by, until stop closes.
// What takes longer than that is done at the next such instant.
func Every(stop <-chan struct{}, each time.Duration, do func()) {
	timer := time.NewTimer(untilNext(each))
	defer timer.Stop()
	for {
		select {
		case <-stop:
			return
		case <-timer.C:
		}
		do()
		timer.Reset(untilNext(each))
	}
}

// Rest is how a loop waits that looks at the database: for most, and no longer than least
// once this process has written something since changed was taken, before the look. It
// reports false where stop closed first. A rest of a second or more ends with others'.
func Rest(stop, changed <-chan struct{}, least, most time.Duration) bool {
	began := time.Now()
	if most >= time.Second {
		most += untilNext(time.Second) - time.Second
	}
	timer := time.NewTimer(most)
	defer timer.Stop()
	for {
		select {
		case <-stop:
			return false
		case <-timer.C:
			return true
		case <-changed:
			changed = nil
			timer.Reset(min(least, most) - time.Since(began))
		}
	}
}
