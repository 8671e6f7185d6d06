package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// collector is what spans are sent to, by OTLP over HTTP.
type collector struct {
	server *httptest.Server

	mu    sync.Mutex
	about string // the resource, as text
	spans map[string]*tracepb.Span
}

func newCollector() *collector {
	c := &collector{spans: map[string]*tracepb.Span{}}
	c.server = httptest.NewServer(c)
	return c
}

// ServeHTTP takes spans.
func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	var sent collectorpb.ExportTraceServiceRequest
	if err == nil {
		err = proto.Unmarshal(raw, &sent)
	}
	if err != nil || r.URL.Path != "/v1/traces" || r.Header.Get("Authorization") != "Bearer s3cr3t" {
		http.Error(w, fmt.Sprint(r.URL.Path, err), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, of := range sent.GetResourceSpans() {
		c.about = fmt.Sprint(of.GetResource())
		for _, scope := range of.GetScopeSpans() {
			for _, span := range scope.GetSpans() {
				c.spans[string(span.GetSpanId())] = span
			}
		}
	}
}

// String is all that was sent: the resource, and one line a span, with the names of those
// that it stands below and is linked to.
func (c *collector) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var b strings.Builder
	fmt.Fprintln(&b, c.about)
	for _, span := range c.spans {
		fmt.Fprintf(&b, "%s below=%q", span.GetName(), c.spans[string(span.GetParentSpanId())].GetName())
		for _, link := range span.GetLinks() {
			fmt.Fprintf(&b, " link=%q", c.spans[string(link.GetSpanId())].GetName())
		}
		var attributes []string
		for _, a := range span.GetAttributes() {
			value := a.GetValue().GetStringValue()
			if value == "" {
				value = strconv.FormatInt(a.GetValue().GetIntValue(), 10)
			}
			attributes = append(attributes, " "+a.GetKey()+"="+value)
		}
		slices.Sort(attributes)
		fmt.Fprintln(&b, strings.Join(attributes, ""), span.GetStatus().GetCode(), span.GetStatus().GetMessage(), span.GetEvents())
	}
	return b.String()
}

// has reports whether spans of these names stand one below the other, in one trace.
func (c *collector) has(names []string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, span := range c.spans { // any has no names
		at := len(names) - 1
		trace := string(span.GetTraceId())
		for span != nil && at >= 0 && span.GetName() == names[at] && string(span.GetTraceId()) == trace {
			span = c.spans[string(span.GetParentSpanId())]
			at--
		}
		if at < 0 {
			return true
		}
	}
	return false
}

// cmdCollector starts a collector, whose address is $COLLECTOR; `collector gone` ends it.
func cmdCollector(ts *testscript.TestScript, neg bool, args []string) {
	w := theWorld(ts)
	if len(args) == 1 && args[0] == "gone" {
		w.collector.server.Close()
		return
	}
	w.collector = newCollector()
	ts.Defer(w.collector.server.Close)
	ts.Setenv("COLLECTOR", w.collector.server.URL)
}

// cmdTraced waits until spans of these names stand one below the other:
//
//	traced NAME NAME…
func cmdTraced(ts *testscript.TestScript, neg bool, args []string) {
	waiting, cancel := context.WithTimeout(ctx(ts), 30*time.Second)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !theWorld(ts).collector.has(args) {
		select {
		case <-look.C:
		case <-waiting.Done():
			ts.Fatalf("%q do not stand one below the other:\n%s", args, theWorld(ts).collector)
		}
	}
}

// cmdTraces prints all spans that were sent; `! traces` holds that none was.
func cmdTraces(ts *testscript.TestScript, neg bool, args []string) {
	c := theWorld(ts).collector
	if neg && c.has(nil) {
		ts.Fatalf("spans were sent:\n%s", c)
	}
	tell(ts, c.String())
}
