package config

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"magpie/zones"
)

// reader reads keys and gathers faults.
type reader struct {
	getenv func(string) string
	faults []error
}

// fault notes a fault once, however many accounts meet it in a key that they share.
func (r *reader) fault(key, format string, args ...any) {
	err := fmt.Errorf("%s "+format, append([]any{key}, args...)...)
	if !slices.ContainsFunc(r.faults, func(known error) bool { return known.Error() == err.Error() }) {
		r.faults = append(r.faults, err)
	}
}

func (r *reader) get(key string) string { return strings.TrimSpace(r.getenv(key)) }

func (r *reader) or(key, fallback string) string {
	if v := r.get(key); v != "" {
		return v
	}
	return fallback
}

func (r *reader) must(key, what string) string {
	v := r.get(key)
	if v == "" {
		r.fault(key, "must be set: %s", what)
	}
	return v
}

func (r *reader) prefixed(key, prefix, what string) string {
	v := r.must(key, what+", it begins with "+prefix)
	if v != "" && !strings.HasPrefix(v, prefix) {
		r.fault(key, "must begin with %s: %s", prefix, what)
	}
	return v
}

// appToken is what Socket Mode needs; "" in HTTP mode, which needs a signing secret and an
// address instead.
func (r *reader) appToken() string {
	const what = "an app-level token with connections:write"
	switch token, secret := r.get("SLACK_APP_TOKEN"), r.get("SLACK_SIGNING_SECRET"); {
	case token == "" && secret == "":
		r.fault("SLACK_APP_TOKEN or SLACK_SIGNING_SECRET", "must be set: for Socket Mode SLACK_APP_TOKEN, %s, which begins with xapp-; for HTTP mode SLACK_SIGNING_SECRET, of the app's Basic Information", what)
		return ""
	case token == "" && r.get("HTTP_ADDR") == "":
		r.fault("HTTP_ADDR", "must be set where SLACK_SIGNING_SECRET is and SLACK_APP_TOKEN is not: in HTTP mode Slack posts to /slack there")
		return ""
	case token == "":
		return ""
	}
	return r.prefixed("SLACK_APP_TOKEN", "xapp-", what)
}

func (r *reader) matching(key, fallback string, pattern *regexp.Regexp, want string) string {
	v := r.or(key, fallback)
	if v != "" && !pattern.MatchString(v) {
		r.fault(key, "is %q: expected %s", v, want)
	}
	return v
}

func (r *reader) oneOf(key string, values ...string) string {
	v := r.or(key, values[0])
	if !slices.Contains(values, v) {
		r.fault(key, "is %q: expected %s", v, strings.Join(values, " or "))
	}
	return v
}

// logs are LOG_LEVEL and LOG_FORMAT.
func (r *reader) logs() (level, format string) {
	return r.oneOf("LOG_LEVEL", "info", "debug", "warn", "error"), r.oneOf("LOG_FORMAT", "text", "json")
}

// Logs reads LOG_LEVEL and LOG_FORMAT alone. The error joins every fault.
func Logs(getenv func(string) string) (level, format string, err error) {
	r := reader{getenv: getenv}
	level, format = r.logs()
	return level, format, errors.Join(r.faults...)
}

// language takes a desktop's list too, such as zh_CN:en: its first entry counts.
func (r *reader) language(key string) string {
	v := r.or(key, "en")
	for _, lang := range []string{"en", "zh"} {
		if rest, ok := strings.CutPrefix(v, lang); ok && (rest == "" || strings.ContainsAny(rest[:1], "_-:.")) {
			return lang
		}
	}
	r.fault(key, "is %q: expected en or zh", v)
	return "en"
}

func (r *reader) ids(key string) []string {
	var ids []string
	for id := range strings.SplitSeq(r.get(key), ",") {
		id = strings.TrimSpace(id)
		switch {
		case id == "":
		case !slackID.MatchString(id):
			r.fault(key, "has %q: expected Slack user ids (U…) or user-group ids (S…), comma-separated", id)
		case !slices.Contains(ids, id):
			ids = append(ids, id)
		}
	}
	return ids
}

func (r *reader) duration(key string, fallback time.Duration) time.Duration {
	d := r.durationOrNone(key, fallback)
	if d == 0 {
		r.fault(key, "is %q: expected a duration such as 24h, 90m or 7d", r.get(key))
	}
	return d
}

// atLeast is duration where a shorter one than least is a fault.
func (r *reader) atLeast(key string, fallback, least time.Duration) time.Duration {
	d := r.duration(key, fallback)
	if d > 0 && d < least {
		r.fault(key, "is %q: expected %s or longer", r.get(key), least)
	}
	return d
}

// durationOrNone is duration where 0s is one too.
func (r *reader) durationOrNone(key string, fallback time.Duration) time.Duration {
	v := r.get(key)
	if v == "" {
		return fallback
	}
	d, err := parseDuration(v)
	if err != nil || d < 0 {
		r.fault(key, "is %q: expected a duration such as 24h, 90m or 7d", v)
		return fallback
	}
	return d
}

// bytes reads a size such as 256MB, at least 16 MB.
func (r *reader) bytes(key string, fallback int64) int64 {
	v := strings.ToUpper(strings.ReplaceAll(r.get(key), " ", ""))
	if v == "" {
		return fallback
	}
	for unit, size := range map[string]int64{"MB": 1 << 20, "GB": 1 << 30} {
		number, ok := strings.CutSuffix(v, unit)
		n, err := strconv.ParseInt(number, 10, 32)
		if ok && err == nil && n*size >= 16<<20 {
			return n * size
		}
	}
	r.fault(key, "is %q: expected a size of 16MB or more, such as 256MB or 1GB", v)
	return fallback
}

// parseDuration is time.ParseDuration that knows days too, alone or before the rest: 7d,
// 1d12h.
func parseDuration(text string) (time.Duration, error) {
	days, rest, found := strings.Cut(text, "d")
	if !found {
		return time.ParseDuration(text)
	}
	whole, err := strconv.ParseUint(days, 10, 15)
	d := time.Duration(whole) * 24 * time.Hour
	if err != nil || rest == "" {
		return d, err
	}
	more, err := time.ParseDuration(rest)
	if err == nil && (more < 0 || rest[0] == '+') {
		err = errors.New("a sign within")
	}
	return d + more, err
}

func (r *reader) url(key, fallback string, schemes ...string) string {
	v := r.or(key, fallback)
	if v == "" {
		return ""
	}
	u, err := url.Parse(v)
	if err != nil || !slices.Contains(schemes, u.Scheme) || u.Host == "" {
		r.fault(key, "is not an address: expected %s://HOST…", strings.Join(schemes, ":// or "))
	}
	return v
}

// openAI is the address of an OpenAI-compatible service, without its last slash.
func (r *reader) openAI(key string) string {
	v := strings.TrimRight(r.url(key, "https://api.openai.com/v1", "http", "https"), "/")
	if !strings.HasSuffix(v, "/v1") {
		r.fault(key, "must end in /v1, such as https://api.openai.com/v1")
	}
	return v
}

// file is the path of a file that must be there.
func (r *reader) file(key string) string {
	v := r.get(key)
	if v == "" {
		return ""
	}
	if info, err := os.Stat(v); err != nil || info.IsDir() {
		r.fault(key, "names no file: %s", v)
	}
	return v
}

func (r *reader) folder(key string) string {
	v := r.get(key)
	if v == "" {
		return ""
	}
	if info, err := os.Stat(v); err != nil || !info.IsDir() {
		r.fault(key, "names no folder: %s", v)
	}
	return v
}

func (r *reader) database() string {
	v := r.or("DATABASE_URL", "sqlite:magpie.db")
	path, isSQLite := strings.CutPrefix(v, "sqlite:")
	isPostgres := strings.HasPrefix(v, "postgres://") || strings.HasPrefix(v, "postgresql://")
	if !isPostgres && (!isSQLite || path == "") {
		r.fault("DATABASE_URL", "must be sqlite:PATH or postgres://…")
	}
	return v
}

func (r *reader) addr(key string) string {
	v := r.get(key)
	if v == "" {
		return ""
	}
	_, port, err := net.SplitHostPort(v)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		r.fault(key, "is %q: expected HOST:PORT or :PORT, such as 127.0.0.1:8080", v)
	}
	return v
}

func (r *reader) zone(key, fallback string) *time.Location {
	v := r.or(key, fallback)
	zone, err := zones.Load(v)
	if err != nil || v == "Local" {
		r.fault(key, "is %q: expected a zone such as Asia/Shanghai or UTC", v)
		return time.UTC
	}
	return zone
}

// secretKey is 32 bytes in hex; nil where none is set.
func (r *reader) secretKey(name string) []byte {
	v := r.get(name)
	if v == "" {
		return nil
	}
	key, err := hex.DecodeString(v)
	if err != nil || len(key) != 32 {
		r.fault(name, "is not right: expected 64 hex digits, such as `openssl rand -hex 32` prints")
		return nil
	}
	return key
}
