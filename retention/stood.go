package retention

import (
	"cmp"
	"slices"
	"strings"

	"magpie/store"
)

// Place is where a person stood, as people know it. Its words in Slack are forgotten.PLACE.
type Place string

// placesOf are the places by the tables that they are kept in, those first in which people usually
// stand. A table that none of these names is elsewhere.
var placesOf = []struct {
	place  Place
	said   string
	usual  bool
	tables []string
}{
	{"audiences", "audiences", true, []string{"audience", "audience_key", "audience_member", "audience_version", "left_out"}},
	{"requests", "requests", true, []string{"request", "request_kept", "request_name", "removed_request", "approval"}},
	{"deliveries", "deliveries and what came of them", true, []string{"broadcast", "delivery_batch", "delivery_reason", "delivery_receipt", "delivery_ref", "mass_message", "sending"}},
	{"record", "the record (audit)", true, []string{"journal"}},
	{"messages", "messages in Slack", true, []string{"post", "told"}},
	{"jobs", "work in the background", true, nil}, // the queue's tables
	{"people", "people known to the account: subscribers, and who wrote to it", true, []string{"subscriber", "writer"}},
	{"unsubscribed", "the unsubscribe list", true, []string{"unsubscribed"}},
	{"own", "openids that people of the team called their own", true, []string{"own_code", "own_openid"}},
	{"schedules", "schedules", false, []string{"schedule", "schedule_run", "schedule_version"}},
	{"saved", "saved lines", false, []string{"saved_line"}},
	{"articles", "articles", false, []string{"article", "article_filing", "article_image", "article_revision", "article_run", "article_sent", "article_waiver"}},
	{"programs", "answers to other programs", false, []string{"api_answer", "api_token"}},
	{"elsewhere", "elsewhere", false, nil},
}

// String is what the command line calls the place.
func (p Place) String() string {
	for _, of := range placesOf {
		if of.place == p {
			return of.said
		}
	}
	return string(p)
}

// Places are all that there are.
func Places() (all []Place) {
	for _, of := range placesOf {
		all = append(all, of.place)
	}
	return all
}

func placeOf(table string) Place {
	for _, of := range placesOf {
		if slices.Contains(of.tables, table) {
			return of.place
		}
	}
	if strings.HasPrefix(table, store.QueueTables) {
		return "jobs"
	}
	return "elsewhere"
}

// stood counts rows by place, those with zeros in which people usually stand.
func stood(byTable map[string]int64) (from []Removed) {
	for _, of := range placesOf {
		r := Removed{Place: of.place}
		for table, rows := range byTable {
			if placeOf(table) == of.place {
				r.Rows += rows
			}
		}
		if of.usual || r.Rows > 0 {
			from = append(from, r)
		}
	}
	slices.SortStableFunc(from, func(a, b Removed) int { return cmp.Compare(b.Rows, a.Rows) })
	return from
}
