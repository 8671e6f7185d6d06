package wechat

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"magpie/wechat/apis"
	"magpie/wechat/wechattest"
)

func TestTemplateLibrary(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	categories, err := c.TemplateCategories(t.Context())
	if err != nil || !slices.Equal(categories, []TemplateCategory{{616, "公交"}, {670, "培训机构"}}) {
		t.Fatalf("TemplateCategories = %+v, %v", categories, err)
	}
	page, err := c.LibraryTitles(t.Context(), []int{616, 670}, 0, 1)
	if err != nil || page.Count != 36 || len(page.Titles) != 1 || page.Titles[0] != (LibraryTitle{"99", "付款成功通知", TemplateOnce, "616"}) {
		t.Fatalf("LibraryTitles = %+v, %v", page, err)
	}
	if q := s.ReceivedOn(apis.LibraryTitles.Path)[0].Query; q.Get("ids") != "616,670" || q.Get("start") != "0" || q.Get("limit") != "1" {
		t.Errorf("LibraryTitles asked with %v", q)
	}
	if last, err := c.LibraryTitles(t.Context(), []int{670}, 30, 30); err != nil || last.Count != 34 || len(last.Titles) != 4 {
		t.Errorf("the last page = %+v, %v", last, err)
	}
	if long, err := c.LibraryTitles(t.Context(), []int{616}, 1, 30); err != nil || long.Titles[0].Kind != TemplateLongTerm {
		t.Errorf("LibraryTitles = %+v, %v, want a long-term one", long, err)
	}
	keywords, err := c.LibraryKeywords(t.Context(), "99")
	if err != nil || len(keywords) != 4 || keywords[1] != (LibraryKeyword{2, "付款金额", "100.00元", "amount"}) {
		t.Fatalf("LibraryKeywords = %+v, %v", keywords, err)
	}

	id, err := c.AddTemplate(t.Context(), NewTemplate{"99", []int{2, 1}, "购票"})
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "AddTemplate", s.ReceivedOn(apis.LibraryAdd.Path)[0].Body, `{"tid":"99","kidList":[2,1],"sceneDesc":"购票"}`)
	added := func() (Template, bool) {
		t.Helper()
		all, err := c.SubscribeTemplates(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(all, func(one Template) bool { return one.ID == id })
		return append(all, Template{})[max(i, 0)], i >= 0
	}
	if one, ok := added(); !ok || one.Title != "付款成功通知" || len(one.Fields) != 2 || one.Fields[0].Name != "amount2" || one.Fields[0].Label != "付款金额" {
		t.Errorf("the account lists %+v, want the new template in the order asked for", one)
	}
	if err := c.DeleteTemplate(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "DeleteTemplate", s.ReceivedOn(apis.LibraryDelete.Path)[0].Body, `{"priTmplId":"`+id+`"}`)
	if _, ok := added(); ok {
		t.Error("the deleted template is still listed")
	}
}

func TestNewTemplateCheck(t *testing.T) {
	t.Parallel()
	_, c := pretend(t)
	checked(t, "Check of nothing", NewTemplate{}.Check(), "tid: required\nkidList: must be 2 to 5, not 0\nsceneDesc: required")
	checked(t, "Check of too much", NewTemplate{"99", []int{1, 2, 3, 4, 5, 1}, strings.Repeat("茶", 16)}.Check(), "kidList: must be 2 to 5, not 6\nkidList: given twice\nsceneDesc: at most 15 characters, not 16")
	_, err := c.LibraryTitles(t.Context(), nil, -1, 31)
	checked(t, "LibraryTitles of nothing", err, "ids: required\nstart: digits only, with at most one decimal point\nlimit: must be 1 to 30, not 31")
	_, err = c.LibraryKeywords(t.Context(), "")
	checked(t, "LibraryKeywords of nothing", err, "tid: required")
	checked(t, "DeleteTemplate of nothing", c.DeleteTemplate(t.Context(), ""), "priTmplId: required")
}

// TestLibraryCodes brings about each code's condition, past what our own checks refuse.
func TestLibraryCodes(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	get := func(a apis.API, pairs ...string) error {
		query := map[string][]string{}
		for i := 0; i < len(pairs); i += 2 {
			query[pairs[i]] = []string{pairs[i+1]}
		}
		return c.call(t.Context(), request{api: a, query: query, out: &done{}})
	}
	post := func(a apis.API, in any) error { return c.call(t.Context(), request{api: a, in: in, out: &done{}}) }
	wrong := func(a apis.API, method string) apis.API { a.Method = method; return a }
	add := func(tid string, scene string, kids ...int) error {
		return post(apis.LibraryAdd, NewTemplate{tid, kids, scene})
	}
	for i, tc := range []struct {
		code int
		err  error
	}{
		{404, post(wrong(apis.LibraryCategories, "POST"), NewTemplate{})},
		{404, post(wrong(apis.SubscribeTemplates, "POST"), NewTemplate{})},
		{40400, get(wrong(apis.LibraryAdd, "GET"))},
		{200018, get(apis.LibraryTitles, "start", "0", "limit", "30")},
		{200019, get(apis.LibraryTitles, "ids", "616,1", "start", "0", "limit", "30")},
		{200016, get(apis.LibraryTitles, "ids", "616", "limit", "30")},
		{200017, get(apis.LibraryTitles, "ids", "616", "start", "0", "limit", "31")},
		{200014, get(apis.LibraryKeywords, "tid", "1")},
		{200014, add("1", "购票", 1, 2)},
		{200020, add("99", "购票", 1)},
		{200020, add("99", "购票", 1, 9)},
		{200020, add("99", "购票", 1, 1)},
		{200021, add("99", "", 1, 2)},
		{20002, post(apis.LibraryDelete, map[string]string{})},
		{200014, post(apis.LibraryDelete, map[string]string{"priTmplId": "PURCHASE-DONE-service"})},
	} {
		if e := failed(t, fmt.Sprint(i), tc.err); e.Code != tc.code {
			t.Errorf("case %d answers %v, want %d", i, e, tc.code)
		}
	}
	if err := add("99", "购票", 1, 2); err != nil {
		t.Fatal(err)
	}
	if e := failed(t, "the same again", add("99", "退票", 2, 1)); e.Code != 200022 {
		t.Errorf("the same template again answers %v, want 200022", e)
	}
	for i := range 25 {
		s.ListAlso(wechattest.Template{ID: fmt.Sprint("T", i), Type: 2, Content: "a:{{thing1.DATA}}"})
	}
	if e := failed(t, "one too many", add("101", "到站", 1, 2)); e.Code != 200012 {
		t.Errorf("one more than may be answers %v, want 200012", e)
	}
}

func TestLibraryReplies(t *testing.T) {
	t.Parallel()
	page, err := answering(t, `{"errcode":0,"errmsg":"ok","count":"55","data":[{"tid":"99","title":"T","type":"3","categoryId":616}]}`).LibraryTitles(t.Context(), []int{616}, 0, 30)
	if err != nil || page.Count != 55 || page.Titles[0] != (LibraryTitle{"99", "T", TemplateLongTerm, "616"}) {
		t.Errorf("LibraryTitles = %+v, %v", page, err)
	}
	if all, err := answering(t, `{"errcode":0,"errmsg":"ok"}`).TemplateCategories(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("TemplateCategories of none = %v, %v", all, err)
	}
	if _, err := answering(t, `{}`).LibraryKeywords(t.Context(), "99"); !failed(t, "LibraryKeywords", err).Unclear() {
		t.Errorf("LibraryKeywords answered {} = %v, want unclear", err)
	}
	if _, err := answering(t, `{"errcode":0,"errmsg":"ok"}`).AddTemplate(t.Context(), NewTemplate{"99", []int{1, 2}, "x"}); !failed(t, "AddTemplate", err).Unclear() {
		t.Errorf("AddTemplate without an id = %v, want unclear", err)
	}
}
