package config_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"magpie/config"
)

// pair writes a certificate and its key.
func pair(t *testing.T) (cert, key string) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)}, &x509.Certificate{SerialNumber: big.NewInt(1)}, secret.Public(), secret)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: raw}, key: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// Certificates, compression and the like are read as the other keys are, so from .env too, and
// what is wrong with them is told with all else.
func TestReadTracesTLS(t *testing.T) {
	t.Parallel()
	cert, key := pair(t)
	const all, own = "OTEL_EXPORTER_OTLP_", "OTEL_EXPORTER_OTLP_TRACES_"
	for _, c := range []struct {
		name      string
		env       map[string]string
		ca, shown bool
		gzip      bool
		fault     string
	}{
		{"nothing", nil, false, false, false, ""},
		{"trusted", map[string]string{all + "CERTIFICATE": cert}, true, false, false, ""},
		{"for traces alone", map[string]string{own + "CERTIFICATE": cert, all + "CERTIFICATE": "/no/such"}, true, false, false, ""},
		{"both ways", map[string]string{all + "CERTIFICATE": cert, all + "CLIENT_CERTIFICATE": cert, own + "CLIENT_KEY": key}, true, true, false, ""},
		{"compressed", map[string]string{own + "COMPRESSION": "gzip", all + "INSECURE": "true"}, false, false, true, ""},
		{"no file", map[string]string{all + "CERTIFICATE": "/no/such"}, false, false, false, all + "CERTIFICATE cannot be read"},
		{"no certificate", map[string]string{all + "CERTIFICATE": key}, true, false, false, all + "CERTIFICATE names a file that holds no certificate"},
		{"no key", map[string]string{all + "CLIENT_CERTIFICATE": cert}, false, false, false, all + "CLIENT_CERTIFICATE is of no use without"},
		{"no pair", map[string]string{all + "CLIENT_CERTIFICATE": key, all + "CLIENT_KEY": cert}, false, true, false, all + "CLIENT_CERTIFICATE and"},
		{"no such compression", map[string]string{all + "COMPRESSION": "zip"}, false, false, false, all + "COMPRESSION"},
		{"neither", map[string]string{all + "INSECURE": "perhaps"}, false, false, false, all + "INSECURE"},
	} {
		got, err := config.ReadTraces(func(key string) string { return c.env[key] })
		if c.fault != "" {
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("%s: got %v, want %q", c.name, err, c.fault)
			}
			continue
		}
		if err != nil || (got.TLS != nil && got.TLS.RootCAs != nil) != c.ca || (got.TLS != nil && len(got.TLS.Certificates) > 0) != c.shown || got.Gzip != c.gzip {
			t.Errorf("%s: got %+v, %t, %v", c.name, got.TLS, got.Gzip, err)
		}
	}
}
