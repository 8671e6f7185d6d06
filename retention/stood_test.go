package retention_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"magpie/retention"
	"magpie/store/storetest"
)

// Where a person stood is said in words, none of which is a table's name; each has words in Slack.
func TestWhereOneStood(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		db := storetest.Open(t, url)
		request(t, db, 1, "done", 500, 0)
		do(t, db, "update request set payload = 'oForgetMe_0123456789abcdefXY' where n = 1", "update delivery_batch set named = 'oForgetMe_0123456789abcdefXY' where request = 1")
		f, err := (&retention.Keeper{DB: db, Now: time.Now, Log: slog.New(slog.DiscardHandler)}).Forget(t.Context(), "oForgetMe_0123456789abcdefXY", "")
		if err != nil {
			t.Fatal(err)
		}
		rows := map[retention.Place]int64{}
		for _, r := range f.From {
			rows[r.Place] = r.Rows
		}
		if rows["requests"] != 1 || rows["deliveries"] != 1 || rows["elsewhere"] != 0 || f.Rows() != 2 {
			t.Errorf("got %v, want one row of requests and one of deliveries", rows)
		}
		if said := f.String(); strings.Contains(said, "_") || !strings.Contains(said, "1  requests\n") || !strings.Contains(said, "0  messages in Slack\n") {
			t.Errorf("got %s, want words", said)
		}
	})
}
