package journal

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"magpie/store"
)

// AccountsOf tells the accounts of some subjects of a room; one that is not there is "".
type AccountsOf func(ctx context.Context, q store.Queryer, subjects []string) (map[string]string, error)

// Sealer puts acts into the chain, a moment after they were written: an act costs whoever
// does it nothing, and processes that share a database do not wait for each other.
type Sealer struct {
	DB       *store.DB
	Accounts map[string]AccountsOf // by room, where acts do not bear one
	Log      *slog.Logger

	ending  chan struct{}
	running sync.WaitGroup
}

const (
	sealSoon  = 100 * time.Millisecond // between the commit of an act and a look for it
	sealLater = 30 * time.Second       // for acts of other processes that died
	sealBatch = 500
)

// Start begins to seal, and says at the first act that cannot be sealed, and at the next that
// can.
func (s *Sealer) Start() {
	s.ending = make(chan struct{})
	s.running.Go(func() {
		for failing := false; ; {
			changed := s.DB.Changed()
			more, err := s.seal(context.Background())
			switch {
			case err != nil && !failing:
				s.Log.Error("acts are not sealed", "error", err)
			case err == nil && failing:
				s.Log.Info("acts are sealed again")
			}
			failing = err != nil
			most := sealLater
			if more {
				most = 10 * time.Millisecond // others have a turn
			}
			if !store.Rest(s.ending, changed, sealSoon, most) {
				return
			}
		}
	})
}

// Stop seals what is there, and ends.
func (s *Sealer) Stop(ctx context.Context) {
	close(s.ending)
	s.running.Wait()
	for more := true; more; {
		var err error
		if more, err = s.seal(ctx); err != nil {
			s.Log.Warn("acts are sealed at the next start", "error", err)
			return
		}
	}
}

// seal seals the oldest acts that are not; more says that there may be others.
func (s *Sealer) seal(ctx context.Context) (more bool, err error) {
	var waiting int
	if err := s.DB.QueryRow(ctx, "select count(*) from (select 1 from journal where seq is null limit 1) as one").Scan(&waiting); err != nil || waiting == 0 {
		return false, err
	}
	err = s.DB.Update(ctx, func(tx *store.Tx) error {
		// Whoever has the head seals; the others wait here, and find less.
		var head Sealed
		if err := tx.QueryRow(ctx, "update journal_head set seq = seq where one = 1 returning seq, hash").Scan(&head.Seq, &head.Hash); err != nil {
			return err
		}
		acts, ids, err := unsealed(ctx, tx, s.Accounts, head, sealBatch)
		if err != nil {
			return err
		}
		for i, a := range acts {
			if _, err := tx.Exec(ctx, "update journal set seq = $2, prev = $3, hash = $4, about = $5 where id = $1", ids[i], a.Seq, a.Prev, a.Hash, a.Account); err != nil {
				return err
			}
			head = a
		}
		more = len(acts) == sealBatch
		_, err = tx.Exec(ctx, "update journal_head set seq = $1, hash = $2 where one = 1", head.Seq, head.Hash)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("seal the record: %w", err)
	}
	return more, nil
}

// unsealed reads acts that are not sealed as they will be behind head, with their ids.
func unsealed(ctx context.Context, q store.Queryer, accounts map[string]AccountsOf, head Sealed, limit int) (acts []Sealed, ids []string, err error) {
	raws, err := store.All[raw](q.Query(ctx, "select "+store.ColumnsOf[raw]("")+" from journal where seq is null order by id limit $1", limit))
	if err != nil {
		return nil, nil, err
	}
	subjects := map[string][]string{}
	for _, r := range raws {
		if r.Account == "" {
			subjects[r.Room] = append(subjects[r.Room], r.Subject)
		}
	}
	about := map[string]map[string]string{}
	for room, of := range accounts {
		about[room] = map[string]string{}
		for some := range slices.Chunk(subjects[room], sealBatch) {
			known, err := of(ctx, q, some)
			if err != nil {
				return nil, nil, err
			}
			maps.Copy(about[room], known)
		}
	}
	for _, r := range raws {
		if r.Account == "" {
			r.Account = about[r.Room][r.Subject]
		}
		act := r.act()
		act.Seq, act.Prev = head.Seq+1, head.Hash
		act.Hash = act.sum()
		acts, ids, head = append(acts, act), append(ids, r.ID), act
	}
	return acts, ids, nil
}

// raw is an act as its room wrote it.
type raw struct {
	ID      string    `db:"id"`
	Room    string    `db:"room"`
	Account string    `db:"account"`
	Subject string    `db:"subject"`
	At      time.Time `db:"at"`
	Verb    string    `db:"verb"`
	Who     string    `db:"who"`
	Note    string    `db:"note"`
}

// ofRequests is the room whose subjects are requests.
const ofRequests = "request"

func (r *raw) act() Sealed {
	s := Sealed{At: r.At, Verb: r.Verb, Who: r.Who, Account: r.Account, Note: r.Note}
	if r.Room == ofRequests {
		s.Request, _ = strconv.ParseInt(r.Subject, 10, 64)
	} else if !takenOut.MatchString(r.Note) {
		s.Note = withSubject(r.Room, r.Subject, r.Note)
	}
	return s
}

// withSubject is the note of an act that was done to something other than a request.
func withSubject(room, subject, note string) string {
	what := room + " " + subject
	if note == "" {
		return what
	}
	return what + ": " + note
}
