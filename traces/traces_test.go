package traces

import (
	"context"
	"testing"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

type kept struct{ spans []sdktrace.ReadOnlySpan }

func (k *kept) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	k.spans = append(k.spans, spans...)
	return nil
}
func (*kept) Shutdown(context.Context) error { return nil }

// TestContinue: what another process does later stands in the trace in which it was asked for,
// with a link to what it was done by.
func TestContinue(t *testing.T) {
	t.Parallel()
	out := &kept{}
	asking := newTraces(out, time.Minute)
	ctx, ask := asking.Start(t.Context(), "request asked")
	carried := Carry(ctx)
	ask.End()
	ctx, line := asking.Start(t.Context(), "line")
	_, approve := asking.Continue(ctx, carried, "request approved")
	approve.Number("magpie.request", 17)
	approve.End()
	line.End()
	if err := asking.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(out.spans) != 3 {
		t.Fatalf("got %d spans, want 3", len(out.spans))
	}
	a, b, l := out.spans[0], out.spans[1], out.spans[2]
	if b.Parent().SpanID() != a.SpanContext().SpanID() || b.SpanContext().TraceID() != a.SpanContext().TraceID() {
		t.Errorf("%s is not below %s", b.Name(), a.Name())
	}
	if len(b.Links()) != 1 || b.Links()[0].SpanContext.SpanID() != l.SpanContext().SpanID() {
		t.Errorf("links: got %v, want one to %s", b.Links(), l.Name())
	}
}

// TestOff: nil Traces note nothing and carry nothing.
func TestOff(t *testing.T) {
	t.Parallel()
	var off *Traces
	ctx, span := off.Continue(t.Context(), "", "batch")
	span.Text("magpie.kind", "subscribe.send")
	span.Failed("refused")
	span.End()
	if Carry(ctx) != "" || trace.SpanContextFromContext(ctx).IsValid() || off.Stop(ctx) != nil {
		t.Error("off, there is a span")
	}
}

// BenchmarkOff is what a span costs while nobody wants any.
func BenchmarkOff(b *testing.B) {
	var off *Traces
	for b.Loop() {
		_, span := off.Start(b.Context(), "POST /cgi-bin/message/subscribe/bizsend")
		span.Number("magpie.request", 17)
		span.End()
	}
}
