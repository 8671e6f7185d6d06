package traces

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

type failing struct{ err error }

func (f *failing) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error { return f.err }
func (*failing) Shutdown(context.Context) error                               { return nil }

// TestAwayIsToldOnce: a collector that is away is one line, however often it is tried, and
// no header of ours stands in it.
func TestAwayIsToldOnce(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	collector := &failing{errors.New("not authorized: s3cret" + strings.Repeat(" very long", 99))}
	told := &told{SpanExporter: collector, headers: map[string]string{"authorization": "s3cret"}, log: slog.New(slog.NewTextHandler(&out, nil))}
	for range 3 {
		if err := told.ExportSpans(t.Context(), make([]sdktrace.ReadOnlySpan, 2)); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(out.String(), "level=WARN"); n != 1 || strings.Contains(out.String(), "s3cret") || out.Len() > 600 {
		t.Errorf("got %d lines, want 1:\n%s", n, out.String())
	}
	told.said = time.Now().Add(-sayEvery)
	_ = told.ExportSpans(t.Context(), nil)
	collector.err = nil
	_ = told.ExportSpans(t.Context(), nil)
	collector.err = errors.New("away again")
	_ = told.ExportSpans(t.Context(), nil)
	if n := strings.Count(out.String(), "level=WARN"); n != 2 || !strings.Contains(out.String(), `taken again" lost=6`) {
		t.Errorf("got %d lines, want 2, and 6 spans lost:\n%s", n, out.String())
	}
}

// TestOpen: what is set reaches the collector over HTTP, and a stop sends what is left.
func TestOpen(t *testing.T) {
	t.Parallel()
	var got atomic.Value
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got.Store(r.Method + " " + r.URL.Path + " " + r.Header.Get("Authorization"))
	}))
	defer collector.Close()
	o := Options{
		Endpoint: collector.URL + "/v1/traces", Headers: map[string]string{"authorization": "s3cret"}, Timeout: time.Second, Delay: time.Hour,
		Service: "magpie", Version: "1", Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	for _, c := range []struct {
		sampler string
		sent    bool
	}{{"parentbased_always_on", true}, {"always_off", false}, {"traceidratio", false}} {
		got.Store("")
		o.Sampler = c.sampler
		on, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		_, span := on.Start(t.Context(), "line")
		span.End()
		if err := on.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if is := got.Load(); (is == "POST /v1/traces s3cret") != c.sent || !c.sent && is != "" {
			t.Errorf("%s: the collector got %q", c.sampler, is)
		}
	}
}

// TestStopDoesNotWait: a collector over gRPC that is not there holds up no stop.
func TestStopDoesNotWait(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(nil)
	gone.Close() // nobody listens there any more
	on, err := Open(t.Context(), Options{Endpoint: gone.URL, GRPC: true, Timeout: time.Second, Delay: time.Hour, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	_, span := on.Start(t.Context(), "line")
	span.End()
	within, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	if err := on.Stop(within); err == nil || time.Since(began) > 10*time.Second {
		t.Errorf("a stop took %s, %v", time.Since(began), err)
	}
}
