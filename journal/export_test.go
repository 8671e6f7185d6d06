package journal_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"magpie/journal"
	"magpie/store"
	"magpie/store/storetest"
)

// sealedMeanwhile is a database in which everything is sealed just before somebody looks for what
// is not, as by a magpie that runs beside.
type sealedMeanwhile struct {
	*store.DB
	seal func()
}

func (s *sealedMeanwhile) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if seal := s.seal; seal != nil && strings.Contains(query, "seq is null") {
		s.seal = nil
		seal()
	}
	return s.DB.Query(ctx, query, args...)
}

// An export has every act that was committed before it began, each once, whenever it is sealed.
func TestAnExportBesideASealer(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := sealed(t, url, 3)
		j := &journal.Journal{DB: db, Room: "request", Now: time.Now}
		for range 2 {
			if err := db.Update(t.Context(), func(tx *store.Tx) error {
				return j.Write(t.Context(), tx, journal.Entry{Subject: "9", Verb: "withdrawn", Who: "U1"})
			}); err != nil {
				t.Fatal(err)
			}
		}
		for _, when := range []string{"meanwhile", "before"} {
			chain := journal.Chain{Whole: true}
			for act, err := range journal.Export(t.Context(), &sealedMeanwhile{db, func() { sealAll(t, db) }}, nil, journal.Wanted{}) {
				if err == nil {
					err = chain.Follow(act)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if got := chain.Last().Seq; got != 5 {
				t.Errorf("sealed %s: the export ends with act %d, want 5", when, got)
			}
		}
	})
}
