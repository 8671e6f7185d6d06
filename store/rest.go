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

// Rest is how a loop waits that looks at the database: for most, and no longer than least
// once this process has written something since changed was taken, before the look. It
// reports false where stop closed first.
func Rest(stop, changed <-chan struct{}, least, most time.Duration) bool {
	began := time.Now()
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
