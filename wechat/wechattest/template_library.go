package wechattest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// LibraryTemplate is one template of WeChat's library.
type LibraryTemplate struct {
	ID       int // tid
	Title    string
	Type     int // 2 once, 3 long-term
	Category int
	Keywords []LibraryKeyword // their ids are their places, from 1
}

// LibraryKeyword is a field that a template of the library offers.
type LibraryKeyword struct{ Name, Example, Rule string }

type category struct {
	id   int
	name string
}

// The library's categories, of which the account has all.
var categories = []category{{616, "公交"}, {670, "培训机构"}}

// mostTemplates is how many of them an account may have. Today's page gives no
// number; the general table of return codes says 25.
const mostTemplates = 25

// defaultLibrary has a second page in one category.
func defaultLibrary() []LibraryTemplate {
	all := []LibraryTemplate{
		{99, "付款成功通知", 2, 616, []LibraryKeyword{{"物品名称", "月票", "thing"}, {"付款金额", "100.00元", "amount"}, {"付款时间", "2026-04-01 15:01", "time"}, {"订单号", "A123", "character_string"}}},
		{101, "车辆到站提醒", 3, 616, []LibraryKeyword{{"线路", "42路", "thing"}, {"到站时间", "15:01", "time"}, {"车牌号", "粤A8Z888", "car_number"}}},
	}
	for i := range 34 {
		all = append(all, LibraryTemplate{200 + i, fmt.Sprintf("课程提醒%d", i+1), 2, 670, []LibraryKeyword{{"课程", "茶艺入门", "thing"}, {"上课时间", "15:00", "time"}, {"状态", "已开课", "phrase"}}})
	}
	return all
}

// Library replaces what WeChat's template library offers.
func (s *Server) Library(templates ...LibraryTemplate) {
	s.set(func() { s.offered = slices.Clone(templates) })
}

func (s *Server) libraryCategories(*call) reply {
	all := []any{}
	for _, c := range categories {
		all = append(all, map[string]any{"id": c.id, "name": c.name})
	}
	return reply{fields: map[string]any{"data": all}}
}

func (s *Server) libraryTitles(c *call) reply {
	start, startErr := strconv.Atoi(c.query("start"))
	limit, limitErr := strconv.Atoi(c.query("limit"))
	switch {
	case c.query("ids") == "":
		return refuse(200018)
	case startErr != nil || start < 0:
		return refuse(200016)
	case limitErr != nil || limit < 1 || limit > 30:
		return refuse(200017)
	}
	asked := map[int]bool{}
	for _, id := range strings.Split(c.query("ids"), ",") {
		n, _ := strconv.Atoi(id)
		if !slices.ContainsFunc(categories, func(c category) bool { return c.id == n }) {
			return refuse(200019)
		}
		asked[n] = true
	}
	all := []any{}
	for _, t := range s.offered {
		if asked[t.Category] {
			// A string, as in the page's example; its table calls it a number.
			all = append(all, map[string]any{"tid": t.ID, "title": t.Title, "type": t.Type, "categoryId": strconv.Itoa(t.Category)})
		}
	}
	from := min(start, len(all))
	return reply{fields: map[string]any{"count": len(all), "data": all[from:min(from+limit, len(all))]}}
}

func (s *Server) libraryKeywords(c *call) reply {
	t := s.libraryTemplate(c.query("tid"))
	if t == nil {
		return refuse(200014)
	}
	all := []any{}
	for i, k := range t.Keywords {
		all = append(all, map[string]any{"kid": i + 1, "name": k.Name, "example": k.Example, "rule": k.Rule})
	}
	return reply{fields: map[string]any{"count": len(all), "data": all}}
}

func (s *Server) libraryTemplate(tid string) *LibraryTemplate {
	i := slices.IndexFunc(s.offered, func(t LibraryTemplate) bool { return strconv.Itoa(t.ID) == tid })
	if i < 0 {
		return nil
	}
	return &s.offered[i]
}

// addTemplate puts a template of the library among the account's. The fields are
// named by their type and number, as WeChat's are.
func (s *Server) addTemplate(c *call) reply {
	var in struct {
		TID   string `json:"tid"`
		Kids  []int  `json:"kidList"`
		Scene string `json:"sceneDesc"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	t := s.libraryTemplate(in.TID)
	switch {
	case t == nil:
		return refuse(200014)
	case len(in.Kids) < 2 || len(in.Kids) > 5:
		return refuse(200020)
	case in.Scene == "" || utf8.RuneCountInString(in.Scene) > 15:
		return refuse(200021)
	}
	added := Template{ID: s.id("template", 43), Title: t.Title, Type: t.Type}
	var content, example []string
	for i, kid := range in.Kids {
		if kid < 1 || kid > len(t.Keywords) || slices.Contains(in.Kids[:i], kid) {
			return refuse(200020)
		}
		k := t.Keywords[kid-1]
		content = append(content, fmt.Sprintf("%s:{{%s%d.DATA}}", k.Name, k.Rule, kid))
		example = append(example, k.Name+":"+k.Example)
	}
	added.Content, added.Example = strings.Join(content, "\n"), strings.Join(example, "\n")
	own := 0
	for _, old := range s.listed {
		switch {
		case old.Type == 0:
			continue
		case old.Title == added.Title && sameFields(old.Content, added.Content):
			return refuse(200022)
		}
		own++
	}
	if own >= mostTemplates {
		return refuse(200012)
	}
	s.listed = append(slices.Clone(s.listed), added)
	return reply{fields: map[string]any{"priTmplId": added.ID}}
}

// sameFields reports that two contents have the same fields, in any order.
func sameFields(one, other string) bool {
	a, b := fieldInContent.FindAllString(one, -1), fieldInContent.FindAllString(other, -1)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func (s *Server) deleteTemplate(c *call) reply {
	var in struct {
		ID string `json:"priTmplId"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	i := slices.IndexFunc(s.listed, func(t Template) bool { return t.ID == in.ID && t.Type != 0 })
	switch {
	case in.ID == "":
		return refuse(20002)
	case i < 0:
		return refuse(200014)
	}
	s.listed = slices.Delete(slices.Clone(s.listed), i, i+1)
	return done
}
