package config_test

import (
	"strings"
	"testing"

	"magpie/config"
)

// TestReadTraces: when spans are made, and which keys are faults.
func TestReadTraces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		set  string
		on   bool
		want string // faulty keys
	}{
		{"", false, ""},
		{"OTEL_TRACES_EXPORTER=otlp", true, ""},
		{"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318", true, ""},
		{"OTEL_TRACES_EXPORTER=none OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318", false, ""},
		{"OTEL_TRACES_EXPORTER=otlp OTEL_SDK_DISABLED=true", false, ""},
		{"OTEL_TRACES_EXPORTER=jaeger OTEL_EXPORTER_OTLP_PROTOCOL=smoke", false, "OTEL_TRACES_EXPORTER OTEL_EXPORTER_OTLP_PROTOCOL"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318 OTEL_TRACES_SAMPLER=some", true, "OTEL_EXPORTER_OTLP_ENDPOINT OTEL_TRACES_SAMPLER"},
		{"OTEL_TRACES_SAMPLER=traceidratio OTEL_TRACES_SAMPLER_ARG=NaN OTEL_BSP_SCHEDULE_DELAY=5s", false, "OTEL_TRACES_SAMPLER_ARG OTEL_BSP_SCHEDULE_DELAY"},
	} {
		env := map[string]string{}
		for _, s := range strings.Fields(c.set) {
			key, value, _ := strings.Cut(s, "=")
			env[key] = value
		}
		got, err := config.ReadTraces(func(key string) string { return env[key] })
		if c.want == "" && (err != nil || got.On != c.on) {
			t.Errorf("%s: got on %t, %v; want %t", c.set, got.On, err, c.on)
		}
		for _, key := range strings.Fields(c.want) {
			if err == nil || !strings.Contains(err.Error(), key+" ") {
				t.Errorf("%s: got %v, want a fault of %s", c.set, err, key)
			}
		}
	}
}
