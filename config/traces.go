package config

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Traces is where spans go, by OpenTelemetry's own environment; zero: nowhere.
// OpenTelemetry: opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables
type Traces struct {
	On       bool
	Endpoint string // as OTEL_EXPORTER_OTLP_ENDPOINT has it; "": the protocol's own on this machine
	Protocol string // grpc or http/protobuf
	Service  string
	Sampler  string
	Share    float64       // of traces, for the samplers by ratio
	Delay    time.Duration // until spans are sent
}

// ReadTraces reads the OTEL_ keys. The error joins every fault.
func ReadTraces(getenv func(string) string) (Traces, error) {
	r := reader{getenv: getenv}
	t := Traces{
		Endpoint: r.url("OTEL_EXPORTER_OTLP_ENDPOINT", "", "http", "https"),
		Protocol: r.oneOf("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "grpc"),
		Service:  r.or("OTEL_SERVICE_NAME", "magpie"),
		Sampler: r.oneOf("OTEL_TRACES_SAMPLER", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio",
			"always_on", "always_off", "traceidratio"),
		Share: 1, Delay: 5 * time.Second,
	}
	exporter := r.oneOf("OTEL_TRACES_EXPORTER", "", "otlp", "none")
	disabled := r.oneOf("OTEL_SDK_DISABLED", "false", "true") == "true"
	t.On = !disabled && exporter != "none" && (exporter == "otlp" || t.Endpoint != "")
	if v := r.get("OTEL_TRACES_SAMPLER_ARG"); v != "" && strings.HasSuffix(t.Sampler, "ratio") {
		share, err := strconv.ParseFloat(v, 64)
		if err != nil || !(share >= 0 && share <= 1) {
			r.fault("OTEL_TRACES_SAMPLER_ARG", "is %q: expected a share from 0 to 1", v)
		}
		t.Share = share
	}
	if v := r.get("OTEL_BSP_SCHEDULE_DELAY"); v != "" {
		ms, err := strconv.ParseUint(v, 10, 31)
		if err != nil {
			r.fault("OTEL_BSP_SCHEDULE_DELAY", "is %q: expected milliseconds", v)
		}
		t.Delay = time.Duration(ms) * time.Millisecond
	}
	return t, errors.Join(r.faults...)
}
