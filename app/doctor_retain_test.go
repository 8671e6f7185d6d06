package app

import (
	"testing"
	"time"

	"magpie/bot"
	"magpie/store"
	"magpie/store/storetest"
)

// The doctor says how long what has ended is kept, and how much would go now, beside a magpie
// that runs and keeps everything.
func TestDoctorSaysHowMuchWouldGo(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, nil)
		if err := w.start(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, line := range []string{"subscribe send TPL to=oA thing1=Tea", "withdraw 1", "subscribe send TPL to=oB thing1=Tea"} {
			if answer, err := w.say(t.Context(), alice, general, "/wechat "+line); err != nil {
				t.Fatal(answer, err)
			}
		}
		if err := w.stop(); err != nil {
			t.Fatal(err)
		}
		db := storetest.Open(t, url)
		if err := db.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), "update request set asked_at = $1, ended_at = case when ended_at > 0 then cast($1 as bigint) else 0 end", store.Millis(time.Now().Add(-500*24*time.Hour)))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		for said, want := range map[string]string{"": "everything is kept (RETAIN)", "400d": "RETAIN=400d: requests that would go now: 1; texts of articles: 0; images: 0", "2y": "RETAIN=2y: requests that would go now: 0; texts of articles: 0; images: 0"} {
			p := newPatient(t, url, bot.ManifestScopes(), 2)
			p.env["RETAIN"] = said
			if _, checks := p.see(t); checks["retain"].State != checkOK || checks["retain"].Seen != want {
				t.Errorf("RETAIN=%q: got %+v, want %q", said, checks["retain"], want)
			}
		}
	})
}
