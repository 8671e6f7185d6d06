package wechat

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCheckField(t *testing.T) {
	t.Parallel()
	x := strings.Repeat
	for name, cases := range map[string]struct{ good, bad []string }{
		"thing1": {
			good: []string{"Tea", x("茶", 20), x("a", 20), "20%, ¥5 & more!", x("😀", 20), "-x", "عربي"},
			bad:  []string{"", " ", "\u3000", x("茶", 21), x("a", 21), x("😀", 21)},
		},
		"number2": {
			good: []string{"0", "12", "3.14", x("9", 32), x("9", 16) + "." + x("9", 16)},
			bad:  []string{"", "x", "1,000", "1.2.3", ".5", "5.", "-5", "1 2", "１２", x("9", 33), x("9", 16) + "." + x("9", 17)},
		},
		"letter3": {
			good: []string{"a", "Zz", x("a", 32)},
			bad:  []string{"", "a1", "a b", "茶", "é", "a-b", x("a", 33)},
		},
		"symbol4": {
			good: []string{"!", "#@!?&", "¥", "★★★★★", "——"},
			bad:  []string{"", "a", "1", "茶", "!\n", "!!!!!!", "\u2028"},
		},
		"character_string5": {
			good: []string{"A-1", "MSG_000001", x("a", 32), "#39208499", "a b", "A！"},
			bad:  []string{"", "单号1", "a\nb", x("a", 33)},
		},
		"time6": {
			good: []string{"15:01", "15:01:59", "0:00", "23:59", "2019-10-01 15:01", "2019年10月1日 15:01", "2019年10月1日15:01", "15:01 October 1, 2019", "15:01~16:01", "2019/10/1 15:01 ~ 2019/10/2 09:00", "2024.2.29 15:01"},
			bad:  []string{"", "24:00", "15:60", "15:01:60", "3pm", "15", "2019-10-01", "2023-02-29 15:01", "15:01~", "15:01-16:01", "15:01~later", "15：01", "soon"},
		},
		"date7": {
			good: []string{"2019-10-01", "2019/10/1", "2019.10.1", "2019年10月1日", "October 1, 2019", "October 1, 2019, 15: 01", "Oct 1, 2019", "2019-12-25 09:42", "2019年10月1日 15:01:02", "2019-10-01~2019-10-07", "2019年10月1日-2019年10月7日", "2019/10/1-2019/10/7", "2019-10-1-2019-10-7", "2019.10.1.2019.10.7", "2019年10月1日/2019年10月7日", "2019-10-01 09:00~10:00", "2018-01", "01-01", "2018/01", "1.1", "2018年1月", "1月1日", "02-29", "2018-01~2018-03", "10-01-10-07", "10月1日 15:01"},
			bad:  []string{"", "15:01", "2019", "2019-13", "2019-13-01", "2019-02-30", "13-01", "02-30", "10月", "1日", "01-01-2018", "2019-10/01", "Octember 1, 2019", "tomorrow", "2019-10-01~", x("2019-10-01~", 30)},
		},
		"amount8": {
			good: []string{"39.8元", "￥39.80", "¥100", "$5", "100", "€0.01", x("9", 10), "￥100元", "¥12345678.90"},
			bad:  []string{"", "元", "￥", "39.8 元", "￥￥5", "1,000", "-5", "5元元", "CNY5", x("9", 11), "12345678901.5", "5USD"},
		},
		"phone_number9": {
			good: []string{"+866-0766-66888866", "+ 866-0766-66888866", "13800138000", "(010) 8888 8888", x("1", 17)},
			bad:  []string{"", "call me", "+-", "138x", "电话1", x("1", 18)},
		},
		"car_number10": {
			good: []string{"粤A8Z888", "粤A8Z888挂", "A8Z888", "粤AD12345"},
			bad:  []string{"", "粤粤8Z888", "粤A8-888", "粤A8Z8888挂", "A 8Z888"},
		},
		"name11": {
			good: []string{"张三", x("张", 10), "subscription", x("a", 20), "Anne-Marie O'Neil", "阿凡提·A", "José"},
			bad:  []string{"", x("张", 11), x("a", 21), x("a", 10) + "张", "张3", "...", "a\nb"},
		},
		"phrase12": {
			good: []string{"配送中", "审核通过了"},
			bad:  []string{"", "approved", "配送中1", "配送中!", x("中", 6)},
		},
		"const13": {
			good: []string{"x", x("茶", 20)},
			bad:  []string{"", x("茶", 21)},
		},
	} {
		for _, v := range cases.good {
			if err := CheckField(name, v); err != nil {
				t.Errorf("CheckField(%s, %q) = %v, want it good", name, v, err)
			}
		}
		for _, v := range cases.bad {
			err := CheckField(name, v)
			if err == nil {
				t.Errorf("CheckField(%s, %q) = nil, want a fault", name, v)
				continue
			}
			e := err.(*FieldError)
			if en, zh := e.In("en"), e.In("zh"); e.Field != "data."+name || strings.Contains(en+zh, "%!") || en == zh {
				t.Errorf("CheckField(%s, %q) says %q and %q", name, v, en, zh)
			}
		}
	}
}

func TestADateAloneIsUndecided(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"2019-10-01": true, "2014年9月22日": true, "2026-09-07~2026-09-20": true, "2019-10-01 15:01~2019-10-02": true,
		"soon": false, "15:01~later": false, "2019-02-30": false, "2019-10-01 25:00": false, "": false,
	} {
		err := CheckField("time2", value)
		if e, ok := err.(*FieldError); !ok || e.Undecided() != want {
			t.Errorf("CheckField(time2, %q) = %v, want it refused, and undecided: %v", value, err, want)
		}
		for name, check := range map[string]func(unchecked ...string) error{
			"subscribe": func(u ...string) error {
				return SubscribeMsg{ToUser: "o", TemplateID: "T", Data: map[string]DataValue{"time2": {Value: value}}, Unchecked: u}.Check()
			},
			"weapp": func(u ...string) error {
				return WeappSubscribeMsg{ToUser: "o", TemplateID: "T", Data: map[string]DataValue{"time2": {Value: value}}, Unchecked: u}.Check()
			},
			"template": func(u ...string) error {
				return TemplateMsg{ToUser: "o", TemplateID: "T", Data: map[string]DataValue{"time2": {Value: value}}, Unchecked: u}.Check()
			},
			"list": func(u ...string) error {
				return Template{Fields: []TemplateField{{Name: "time2"}}}.Check(map[string]DataValue{"time2": {Value: value}}, u)
			},
		} {
			if err := check("time3"); err == nil {
				t.Errorf("%s: %q passes with another field unchecked", name, value)
			}
			if err := check("time3", "time2"); (err == nil) != want {
				t.Errorf("%s: Check(%q) with time2 unchecked = %v, want it passed: %v", name, value, err, want)
			}
		}
	}
	long := SubscribeMsg{ToUser: "o", TemplateID: "T", Data: map[string]DataValue{"thing1": {Value: strings.Repeat("茶", 21)}}, Unchecked: []string{"thing1"}}
	if long.Check() == nil || Overrulable("thing1") || !Overrulable("time2") || Overrulable("timer2") {
		t.Error("a length is passed, or the wrong fields can be overruled")
	}
}

func TestFieldType(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"thing1": "thing", "thing": "thing", "character_string20": "character_string", "phone_number01": "phone_number",
		"things1": "", "keyword1": "", "first": "", "remark": "", "Thing1": "", "thing1.DATA": "", "short_thing1": "", "enum1": "", "": "", "date_1": "",
	} {
		if got := FieldType(name); got != want {
			t.Errorf("FieldType(%q) = %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"keyword1", "first", "remark", "enum1"} {
		if err := CheckField(name, strings.Repeat("长", 1000)); err != nil {
			t.Errorf("CheckField(%s, …) = %v, want it unchecked", name, err)
		}
	}
}

func FuzzCheckField(f *testing.F) {
	for _, v := range []string{"Tea", "15:01", "2019-10-01~2019-10-07", "￥39.8元", "粤A8Z888", "张三", "October 1, 2019, 15: 01", "\xff", "2019-10-01 09:00~10:00"} {
		f.Add(v)
	}
	limits := map[string]int{"thing": 20, "const": 20, "letter": 32, "symbol": 5, "character_string": 32, "car_number": 8, "phrase": 5}
	f.Fuzz(func(t *testing.T, v string) {
		for kind := range checks {
			err := CheckField(kind+"1", v)
			if err != nil {
				if s := err.(*FieldError).In("zh") + err.Error(); strings.Contains(s, "%!") {
					t.Errorf("CheckField(%s, %q) says %q", kind, v, s)
				}
				continue
			}
			if n, ok := limits[kind]; ok && utf8.RuneCountInString(v) > n {
				t.Errorf("CheckField(%s, %q) lets %d characters pass", kind, v, utf8.RuneCountInString(v))
			}
			if strings.TrimSpace(v) == "" {
				t.Errorf("CheckField(%s, %q) lets an empty value pass", kind, v)
			}
		}
	})
}
