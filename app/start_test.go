package app

import "testing"

// The line of the start names the database, and never who logs in to it by what.
func TestShownDatabase(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"sqlite:/var/lib/magpie.db": "sqlite:/var/lib/magpie.db",
		"postgres://magpie:s3cret@db.example:5432/magpie?sslpassword=s3cret": "postgres://db.example:5432/magpie",
		"postgres://a:b$%zz@h/d": "postgres",
	} {
		if got := shownDatabase(address); got != want {
			t.Errorf("shownDatabase(%q): got %q, want %q", address, got, want)
		}
	}
}
