package app

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdMetric waits until /metrics shows a series as it is to be.
func cmdMetric(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.ParseFloat(args[2], 64)
	ts.Check(err)
	all := servesAt.FindAllStringSubmatch(theWorld(ts).log.String(), -1)
	if all == nil {
		ts.Fatalf("magpie serves nothing")
	}
	waiting, cancel := context.WithTimeout(ctx(ts), 40*time.Second)
	defer cancel()
	page, err := awaitMetric(waiting, "http://"+all[len(all)-1][1], args[0], func(got float64) bool {
		switch args[1] {
		case "==":
			return got == want
		case ">=":
			return got >= want
		}
		return got > want
	})
	if err != nil {
		ts.Fatalf("%s is not %s %s: %v\n%s", args[0], args[1], args[2], err, page)
	}
	tell(ts, page)
}

// awaitMetric asks /metrics at a root until a series is as it is to be.
func awaitMetric(ctx context.Context, root, series string, is func(float64) bool) (page string, err error) {
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, root+"/metrics", nil)
		if err != nil {
			return page, err
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return page, err
		}
		raw, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			return page, err
		}
		page = string(raw)
		for line := range strings.Lines(page) {
			if value, found := strings.CutPrefix(line, series+" "); found {
				got, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
				if err == nil && is(got) {
					return page, nil
				}
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
}
