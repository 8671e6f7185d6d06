package traces

import (
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// A collector by https is trusted by the certificate that is set, and spans go there compressed
// where that is.
func TestOpenByTLS(t *testing.T) {
	t.Parallel()
	var got atomic.Value
	got.Store("nothing")
	collector := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got.Store("compressed by " + r.Header.Get("Content-Encoding"))
	}))
	defer collector.Close()
	trusted := x509.NewCertPool()
	trusted.AddCert(collector.Certificate())
	for _, c := range []struct {
		tls  *tls.Config
		gzip bool
		want string
	}{{nil, false, "nothing"}, {&tls.Config{RootCAs: trusted}, false, "compressed by "}, {&tls.Config{RootCAs: trusted}, true, "compressed by gzip"}} {
		on, err := Open(t.Context(), Options{Endpoint: collector.URL, TLS: c.tls, Gzip: c.gzip, Sampler: "always_on", Timeout: time.Second, Delay: time.Hour, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		_, span := on.Start(t.Context(), "line")
		span.End()
		if err := on.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if is := got.Load(); is != c.want {
			t.Errorf("%v, gzip %t: the collector got %q, want %q", c.tls != nil, c.gzip, is, c.want)
		}
	}
}
