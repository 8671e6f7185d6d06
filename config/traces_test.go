package config_test

import (
	"fmt"
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
		{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=collector OTEL_EXPORTER_OTLP_TIMEOUT=0", false, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT OTEL_EXPORTER_OTLP_TIMEOUT"},
		{"OTEL_EXPORTER_OTLP_HEADERS=s3cret OTEL_RESOURCE_ATTRIBUTES=a=%zz", false, "OTEL_EXPORTER_OTLP_HEADERS OTEL_RESOURCE_ATTRIBUTES"},
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
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: a header's value stands in %v", c.set, err)
		}
	}
}

// TestWhereTracesGo: what stands for traces alone comes before what stands for all.
func TestWhereTracesGo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ set, want string }{
		{"OTEL_TRACES_EXPORTER=otlp", "http://localhost:4318/v1/traces  map[] magpie 10s"},
		{"OTEL_TRACES_EXPORTER=otlp OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "http://localhost:4317  map[] magpie 10s"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT=https://c:1/all/ OTEL_EXPORTER_OTLP_HEADERS=a=b%2Cc,d=e OTEL_SERVICE_NAME=bird", "https://c:1/all/v1/traces map[a:b,c d:e] map[] bird 10s"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT=https://c:1 OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=https://t:1/x OTEL_EXPORTER_OTLP_HEADERS=a=b OTEL_EXPORTER_OTLP_TRACES_HEADERS=c=d OTEL_EXPORTER_OTLP_TRACES_TIMEOUT=250", "https://t:1/x map[c:d] map[] magpie 250ms"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT=http://c:1 OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=grpc OTEL_RESOURCE_ATTRIBUTES=service.name=nest,k=v", "http://c:1  map[k:v service.name:nest] nest 10s"},
	} {
		env := map[string]string{}
		for _, s := range strings.Fields(c.set) {
			key, value, _ := strings.Cut(s, "=")
			env[key] = value
		}
		got, err := config.ReadTraces(func(key string) string { return env[key] })
		headers := ""
		if len(got.Headers) > 0 {
			headers = fmt.Sprint(got.Headers)
		}
		if is := fmt.Sprintln(got.Endpoint, headers, got.Resource, got.Service, got.Timeout); err != nil || strings.TrimSpace(is) != c.want {
			t.Errorf("%s:\ngot  %s, %v\nwant %s", c.set, is, err, c.want)
		}
	}
}
