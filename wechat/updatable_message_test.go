package wechat

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"magpie/wechat/apis"
)

// checked compares what a Check finds with the wanted texts, one a line.
func checked(t *testing.T, call string, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
		for _, e := range FieldErrors(err) {
			if zh := e.In("zh"); !strings.HasPrefix(zh, e.Field+"：") || strings.Contains(zh, "%!") || strings.Contains(got, "%!") || zh == e.In("en") {
				t.Errorf("%s: Chinese %q and English %q do not fit", call, zh, e)
			}
		}
		if n := len(FieldErrors(err)); n != strings.Count(got, "\n")+1 {
			t.Errorf("%s: %d field errors in %q", call, n, got)
		}
	}
	if got != want {
		t.Errorf("%s:\ngot  %s\nwant %s", call, got, want)
	}
}

func params(pairs ...string) TemplateInfo {
	var list []Parameter
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, Parameter{pairs[i], pairs[i+1]})
	}
	return TemplateInfo{list}
}

func TestUpdatableMsgCheck(t *testing.T) {
	t.Parallel()
	const list = "template_info.parameter_list."
	for _, tc := range []struct {
		msg  UpdatableMsg
		want string
	}{
		{UpdatableMsg{"A", 0, params("member_count", "2", "room_limit", "5")}, ""},
		{UpdatableMsg{"A", 1, params("path", "?foo=bar", "version_type", "develop")}, ""},
		{UpdatableMsg{"A", 1, params("path", "pages/index", "version_type", "release", "member_count", "2")}, ""},
		{UpdatableMsg{"A", 0, params("member_count", "2")}, list + "room_limit: required when target_state is 0"},
		{UpdatableMsg{"A", 0, params("member_count", "", "room_limit", "5")}, list + "member_count: required when target_state is 0"},
		{UpdatableMsg{"", 0, params()}, "activity_id: required\n" + list + "member_count: required when target_state is 0\n" + list + "room_limit: required when target_state is 0"},
		{UpdatableMsg{"A", 1, params()}, list + "path: required when target_state is 1\n" + list + "version_type: required when target_state is 1"},
		{UpdatableMsg{"A", 1, params("path", "p", "version_type", "beta")}, list + `version_type: must be develop | trial | release, not "beta"`},
		{UpdatableMsg{"A", 0, params("member_count", "2", "room_limit", "5", "version_type", "beta")}, list + `version_type: must be develop | trial | release, not "beta"`},
		{UpdatableMsg{"A", 2, params()}, "target_state: must be 0 or 1, not 2"},
		{UpdatableMsg{"A", -1, params()}, "target_state: must be 0 or 1, not -1"},
		{UpdatableMsg{"A", 0, params("member_count", "2", "room_limit", "5", "colour", "red")}, list + `name: must be member_count | room_limit | path | version_type, not "colour"`},
		{UpdatableMsg{"A", 0, params("member_count", "2", "room_limit", "5", "room_limit", "6")}, list + "room_limit: given twice"},
		{UpdatableMsg{"A", 0, params("member_count", "2", "room_limit", "5", "", "6")}, list + "name: required"},
		{UpdatableMsg{"A", 0, params("member_count", "2", "room_limit", "5", "path", "")}, list + "path: required"},
	} {
		checked(t, "Check of state "+strings.Repeat("I", max(tc.msg.TargetState, 0)), tc.msg.Check(), tc.want)
	}
	checked(t, "Check of both ids", CreateActivityIDParams{"o", "u"}.Check(), "openid: give openid or unionid, not both")
	checked(t, "Check of no id", CreateActivityIDParams{}.Check(), "")
}

func TestUpdatableMessage(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	for _, p := range []CreateActivityIDParams{{}, {OpenID: "o+1&"}, {UnionID: "u=1"}} {
		a, err := c.CreateActivityID(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if seen := s.Phone().Activities; seen[len(seen)-1].ID != a.ActivityID || !seen[len(seen)-1].ExpiresAt.Equal(a.ExpirationTime) {
			t.Errorf("CreateActivityID = %+v, want %+v", a, seen[len(seen)-1])
		}
		got := s.ReceivedOn(apis.CreateActivityID.Path)
		q := got[len(got)-1].Query
		if got[len(got)-1].Method != "GET" || q.Get("openid") != p.OpenID || q.Get("unionid") != p.UnionID || q.Has("openid") != (p.OpenID != "") {
			t.Errorf("CreateActivityID(%+v) asked %v", p, q)
		}
	}
	if _, err := c.CreateActivityID(t.Context(), CreateActivityIDParams{"o", "u"}); len(FieldErrors(err)) != 1 {
		t.Errorf("CreateActivityID with both ids = %v, want a field error", err)
	}
	if _, err := c.CreateActivityID(t.Context(), CreateActivityIDParams{}); err != nil {
		t.Fatal(err)
	}

	id := s.Phone().Activities[0].ID
	if err := c.SetUpdatableMsg(t.Context(), UpdatableMsg{id, 0, params("member_count", "2", "room_limit", "5")}); err != nil {
		t.Fatal(err)
	}
	if a := s.Phone().Activities[0]; a.Text != "Members are joining. Currently, there are 2/5 persons." {
		t.Errorf("phone shows %q", a.Text)
	}
}

func TestUpdatableSeedExample(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	err := c.SetUpdatableMsg(t.Context(), UpdatableMsg{"966_NGiqxxxxxxxxx...xxxxxxxxE33BlwX", 0, params("member_count", "2", "room_limit", "5")})
	if e := failed(t, "SetUpdatableMsg", err); e.Code != 47501 {
		t.Errorf("SetUpdatableMsg of an id that is not ours = %v, want 47501", err)
	}
	sameJSON(t, "SetUpdatableMsg", s.ReceivedOn(apis.SetUpdatableMsg.Path)[0].Body, `{"activity_id": "966_NGiqxxxxxxxxx...xxxxxxxxE33BlwX", "target_state": 0, "template_info": {"parameter_list": [{"name": "member_count", "value": "2"}, {"name":"room_limit", "value": "5"} ] } }`)
}

func TestExpirationTimeIsReadLeniently(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]time.Time{
		`1391857799`:    time.Unix(1391857799, 0),
		`"1391857799"`:  time.Unix(1391857799, 0),
		`1.391857799e9`: time.Unix(1391857799, 0),
		`"soon"`:        {},
		`null`:          {},
		`0`:             {},
		`{}`:            {},
	} {
		c := plain(t, func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, `{"activity_id":"A","expiration_time":`+in+`}`)
		})
		a, err := c.CreateActivityID(t.Context(), CreateActivityIDParams{})
		if err != nil || !a.ExpirationTime.Equal(want) {
			t.Errorf("expiration_time %s = %v, %v, want %v", in, a, err, want)
		}
	}
}
