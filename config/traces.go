package config

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// Traces is where spans go, by OpenTelemetry's own environment; zero: nowhere.
// OpenTelemetry: opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables and
// opentelemetry.io/docs/specs/otel/protocol/exporter
type Traces struct {
	On       bool
	Endpoint string // the whole address that spans are posted to
	Protocol string // grpc or http/protobuf
	Headers  map[string]string
	Timeout  time.Duration // of sending spans once
	Service  string
	Resource map[string]string // what else is said of this magpie
	Sampler  string
	Share    float64       // of traces, for the samplers by ratio
	Delay    time.Duration // until spans are sent
	TLS      *tls.Config   // of an https endpoint; nil: as the system has it
	Gzip     bool          // spans are compressed
}

// ReadTraces reads the OTEL_ keys. The error joins every fault.
func ReadTraces(getenv func(string) string) (Traces, error) {
	r := reader{getenv: getenv}
	t := Traces{
		Protocol: r.oneOf(r.otlp("PROTOCOL"), "http/protobuf", "grpc"),
		Headers:  r.pairs(r.otlp("HEADERS")),
		Timeout:  r.milliseconds(r.otlp("TIMEOUT"), 10*time.Second),
		Resource: r.pairs("OTEL_RESOURCE_ATTRIBUTES"),
		Sampler: r.oneOf("OTEL_TRACES_SAMPLER", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio",
			"always_on", "always_off", "traceidratio"),
		Share: 1, Delay: r.milliseconds("OTEL_BSP_SCHEDULE_DELAY", 5*time.Second),
	}
	if t.Timeout == 0 {
		r.fault(r.otlp("TIMEOUT"), "is 0: expected milliseconds")
	}
	key := r.otlp("ENDPOINT")
	t.Endpoint = r.url(key, "", "http", "https")
	t.Gzip = r.oneOf(r.otlp("COMPRESSION"), "none", "gzip") == "gzip"
	t.TLS = r.tls()
	// OpenTelemetry has it decide only where an endpoint has no scheme, and ours has one.
	r.oneOf(r.otlp("INSECURE"), "false", "true")
	exporter := r.oneOf("OTEL_TRACES_EXPORTER", "", "otlp", "none")
	disabled := r.oneOf("OTEL_SDK_DISABLED", "false", "true") == "true"
	t.On = !disabled && exporter != "none" && (exporter == "otlp" || t.Endpoint != "")
	switch own := key == "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"; {
	case t.Endpoint == "" && t.Protocol == "grpc":
		t.Endpoint = "http://localhost:4317"
	case t.Protocol == "grpc", own:
	case t.Endpoint == "":
		t.Endpoint = "http://localhost:4318/v1/traces"
	default:
		t.Endpoint = strings.TrimRight(t.Endpoint, "/") + "/v1/traces"
	}
	t.Service = r.or("OTEL_SERVICE_NAME", t.Resource["service.name"])
	if t.Service == "" {
		t.Service = "magpie"
	}
	if v := r.get("OTEL_TRACES_SAMPLER_ARG"); v != "" && strings.HasSuffix(t.Sampler, "ratio") {
		share, err := strconv.ParseFloat(v, 64)
		if err != nil || !(share >= 0 && share <= 1) {
			r.fault("OTEL_TRACES_SAMPLER_ARG", "is %q: expected a share from 0 to 1", v)
		}
		t.Share = share
	}
	return t, errors.Join(r.faults...)
}

// otlp is the key of an exporter's setting: the one for traces alone where that is set.
func (r *reader) otlp(name string) string {
	own := "OTEL_EXPORTER_OTLP_TRACES_" + name
	r.get("OTEL_EXPORTER_OTLP_" + name) // Known notes both
	if r.get(own) != "" {
		return own
	}
	return "OTEL_EXPORTER_OTLP_" + name
}

// pairs reads key=value,key=value, in which % escapes what else would end a value. Values may
// be secrets: no fault repeats them.
func (r *reader) pairs(key string) map[string]string {
	pairs := map[string]string{}
	for pair := range strings.SplitSeq(r.get(key), ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		name, value, found := strings.Cut(pair, "=")
		name = strings.TrimSpace(name)
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if !found || name == "" || err != nil || strings.ContainsAny(name, " \t") || strings.ContainsAny(value, "\r\n") {
			r.fault(key, "is not right: expected NAME=VALUE, comma-separated, with %%2C for a comma in a value and %%25 for a %%")
			return pairs
		}
		pairs[name] = value
	}
	return pairs
}

// tls reads the certificates that a collector is trusted by, and that it trusts magpie by; nil
// where there are none.
func (r *reader) tls() *tls.Config {
	file := func(key string) []byte {
		name := r.get(key)
		if name == "" {
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			r.fault(key, "cannot be read: %s", err)
		}
		return data
	}
	ca, cert, key := r.otlp("CERTIFICATE"), r.otlp("CLIENT_CERTIFICATE"), r.otlp("CLIENT_KEY")
	var t tls.Config
	if data := file(ca); data != nil {
		if t.RootCAs = x509.NewCertPool(); !t.RootCAs.AppendCertsFromPEM(data) {
			r.fault(ca, "names a file that holds no certificate: expected PEM")
		}
	}
	own, secret := file(cert), file(key)
	switch {
	case r.get(cert) == "" && r.get(key) != "":
		r.fault(key, "is of no use without %s", cert)
	case r.get(cert) != "" && r.get(key) == "":
		r.fault(cert, "is of no use without %s", key)
	case own != nil && secret != nil:
		pair, err := tls.X509KeyPair(own, secret)
		if err != nil { // it quotes nothing
			r.fault(cert, "and %s are no pair: %s", key, err)
		}
		t.Certificates = []tls.Certificate{pair}
	}
	if t.RootCAs == nil && t.Certificates == nil {
		return nil
	}
	return &t
}

func (r *reader) milliseconds(key string, fallback time.Duration) time.Duration {
	v := r.get(key)
	if v == "" {
		return fallback
	}
	ms, err := strconv.ParseUint(v, 10, 31)
	if err != nil {
		r.fault(key, "is %q: expected milliseconds", v)
		return fallback
	}
	return time.Duration(ms) * time.Millisecond
}
