"""Stories of money, time, distance and ages. See problem_words.py for the language.

Each family is (weight, draws, questions, steps); the last sum is the answer.
"""
ASKS = "[How much does {s} pay?|How much is that [in all|together]?|What does {he} pay [in all|together]?|How much does {he} spend?|" \
       "How much money does {he} need?]"
CHANGE = "[What is {his} change?|How much money does {he} get back?|What change does {s} get?|How much change does {s} get?]"
MAKER = "what,u,does,do,per ~ cow,litres of milk,gives,give,day|machine,bottles,fills,fill,hour|printer,pages,prints,print,minute|" \
    "worker,tiles,lays,lay,hour|baker,loaves,bakes,bake,hour|bus,people,carries,carry,day|tree,kg of fruit,bears,bear,year|" \
    "goat,litres of milk,gives,give,day|painter,doors,paints,paint,day|cat,grams of food,eats,eat,day|duck,eggs,lays,lay," \
    "week|tap,litres,fills,fill,minute|truck,boxes,carries,carry,day|lamp,hours,burns,burn,week|bee,flowers,visits,visit,hour"
WORK = "act,u,per,pers ~ types,words,minute,minutes|earns,coins,hour,hours|picks,apples,hour,hours|packs,boxes,hour,hours|reads,pages," \
    "hour,hours|lays,bricks,hour,hours|folds,letters,minute,minutes|walks,km,hour,hours|rides,km,hour,hours|plants,trees,day,days|" \
    "writes,lines,hour,hours|runs,metres,minute,minutes|swims,metres,minute,minutes|knits,rows,hour,hours|drives,km,hour,hours"
TWO = "[in the morning and {b} {pers} in the evening|on {d1} and {b} {pers} on {d2}|before lunch and {b} {pers} after lunch]"

RATES = [
    # money
    (2.5, "p:P; q:P; a:N; b:N; one,two ~ "
     "children,adults|pupils,teachers|girls,boys|men,women|guests,members|students,visitors; "
     "where ~ fair|museum|pool|circus|show|cinema|castle|concert",
     ["A ticket for the {where} costs ${p} for {one} and ${q} for {two}. How much do {#a} {one} and {#b} {two} pay [in "
      "all|]?",
      "At a {where} {#a} {one} pay ${p} each and {#b} {two} pay ${q} each. How much money [is that|does the {where} take "
      "in|comes "
      "in]?",
      "{#a} {one} and {#b} {two} go to a {where}. {one} pay ${p}, and {two} pay ${q}. How much do they pay together?"],
     ["The {one} pay {$v=a*p}.", "The {two} pay {$w=b*q}.", "Together they pay {$x=v+w}."]),
    (1.5, "p:P; n:N; c:2..n*p-1; thing,do ~ book,sells|lesson,gives|car,washes|lawn,cuts|dog,walks|window,cleans|song,sings",
     ["{S} [sells|makes and sells] {gs} for ${p} each. {He} sells {#n} [{gs} |]and [spent|has paid] ${c} [on|for] {ts}[ and "
      "{ts2}|]. [What is {his} profit?|How much profit does {he} make?]",
      "{S} [earns|gets] ${p} for each {thing} that {he} {do}. {He} [does this {#n} times|gets this {#n} "
      "times|{do} {#n} of them] and [spends|pays] ${c}. How much [money |]does {he} have left?",
      "{S} sells {#n} {gs} for ${p} each. {He} spent ${c}. What is the profit?"],
     ["{s} takes in {$v=n*p}.", "Then {he} has {$w=v-c}."]),
    (2, "w:2..15; k:2..12; have:B; cost=have+w*k",
     ["{S} saves ${w} [every|a|each] week. {He} [wants|would like] a {g} that costs ${cost} and [already has|has] ${have}. "
      "[In|"
      "After] how many weeks can {he} buy [it|the {g}]?",
      "A {g} costs ${cost}. {S} has ${have} and [saves|earns] ${w} a week. [After how many weeks can {he} buy the {g}?|How "
      "many "
      "weeks does {he} have to [save|wait]?]",
      "{S} has ${have} and gets ${w} [a|each] week. How many weeks does {he} need until {he} has ${cost}?"],
     ["{s} still needs {$v=cost-have}.", "That takes {u=v/w} weeks."]),
    (2, "k:S; n:2..9; a=k*n; p:P",
     ["A [pack|box|bag|set] of {k} {ts} costs ${p}. How much do {a} {ts} cost?",
      "{S} needs {a} {ts}. They come in packs of {k}, and a pack costs ${p}. How much does {he} pay?",
      "{k} {ts} cost ${p}. What do {a} {ts} cost?"],
     ["{a} {ts} are {v=a/k} times {k} {ts}.", "They cost {$w=v*p}."]),
    (2, "f:P; p:P; h:S; who,one,many ~ "
     "painter,hour,hours|gardener,hour,hours|driver,km,km|cleaner,room,rooms|taxi,km,km|tailor,"
     "shirt,shirts|boat,hour,hours|bike,day,days|electrician,hour,hours|piano teacher,lesson,lessons|singer,song,songs",
     ["A {who} [costs|charges] ${f} at the start and ${p} for each {one}. How much [do {#h} {many} cost|is that for {#h} "
      "{many}]?",
      "{S} [hires|calls] a {who} for {#h} {many}. The price is ${f} and ${p} [more |]for every {one}. [How much does {s} "
      "pay?|What "
      "does {he} pay?]"],
     ["The {many} cost {$v=h*p}.", "In all it costs {$w=f+v}."]),
    (2, "k:2..25; a=fd*k; s2 ~ sale|summer sale|winter sale|evening",
     ["A {g} costs ${a}. In the {s2} [the price is {fr} lower|it is {fr} cheaper]. [What does the {g} cost in the "
      "{s2}?|How much "
      "does it cost then?|What is the new price?]",
      "A {place} sells a {g} for ${a}. Today {fr} of the price is taken off. [How much is the {g} today?|What does {s} pay "
      "for it?]"],
     ["{fr} of the price is {$v=a/fd}.", "The new price is {$w=a-v}."]),
    (1.5, "n:2..8; e:4..30; t:2..15; c=n*e-t; what ~ meal|dinner|taxi|boat trip|room|present",
     ["{#n} {people} [share|pay for] a {what} that costs ${c} and [give a tip of ${t}|pay ${t} for parking|pay ${t} more "
      "for the "
      "drinks]. They [split|share] everything equally. How much does each [of them |friend |]pay?",
      "A {what} costs ${c}, and the drinks cost ${t}. {#n} {people} pay equal parts. How much is one part?"],
     ["In all they pay {$v=c+t}.", "Each one pays {$w=v/n}."]),
    (1.5, "p:2..12; n:S; q:P; x:2..30; a=p+n*q+x",
     ["{S} has ${a}. {He} buys a {g} for ${p} and {#n} {gs2} for ${q} each. How much money [is left|does {s} have "
      "then|does {he} "
      "still have]?",
      "A {g} costs ${p} and a {g2} costs ${q}. {S} buys one {g} and {#n} {gs2}. {He} had ${a}. How much is left?"],
     ["The {gs2} cost {$v=n*q}.", "{s} spends {$w=p+v}.", "{s} has {$y=a-w} left."]),
    (1.5, "k:S; a=2*k; n:2..6; m:2..6",
     ["A {g} costs ${a} and a {g2} costs half as much. [How much do {#n} {gs} and {#m} {gs2} cost?|{S} buys {#n} {gs} and "
      "{#m} "
      "{gs2}. " + ASKS + "]"],
     ["A {g2} costs {$v=a/2}.", "The {gs} cost {$w=n*a}.", "The {gs2} cost {$x=m*v}.", "Together that is {$y=w+x}."]),
    (1.5, "a:S; b:S; p,q ~ 5,10|10,5|2,5|10,20|20,10|5,20|1,2|2,10|5,50; c ~ 4|5|10|15|20|25|30|40|50",
     ["{S} has {#a} coins of {p} cents and {#b} coins of {q} cents. A {g} costs {c} cents. How many {gs} can {he} buy?",
      "{S} saved {#a} stamps of {p} cents and {#b} stamps of {q} cents. A letter needs {c} cents. For how many letters are "
      "they "
      "enough?"],
     ["The {p} cents are {v=a*p} cents.", "The {q} cents are {w=b*q} cents.", "Together that is {x=v+w} cents.",
      "That is {y=x/c}."]),
    (1, "n:2..9; k:2..5; m=n*k; p:2..9; q:2..12; t:2..8; t=k+t; who,lead ~ "
     "pupils,teachers|children,parents|guests,guides|scouts,"
     "leaders",
     ["{m} {who} and {#t} {lead} visit a {place}. {who} pay ${p}, {lead} pay ${q}, and one of the {lead} is free for every "
      "{n} {who}. "
      "How much do they pay [in all|together]?"],
     ["The {who} pay {$v=m*p}.", "{w=m/n} {lead} are free.", "{x=t-w} {lead} have to pay.", "The {lead} pay {$y=x*q}.",
      "In all they pay {$z=v+y}."]),
    # amounts a day, an hour, a week
    (2.5, WORK + "; a:S; b:S; p:G",
     ["{S} {act} {p} {u} [a|in a|in one|every] {per}. {He} [works|goes on for|does this for] {#a} {pers} " + TWO +
      ". How many {u} "
      "[is that|are that] in all?",
      "{S} {act} {p} {u} in a {per}. {He} does so for {#a} {pers}, [rests|sleeps|stops for tea] and then goes on for {#b} "
      "{pers}. How "
      "many {u} [is that together|are that]?",
      "In {a} {pers} and then in {b} more {pers} {S} {act} {p} {u} every {per}. How many {u} is that in all?"],
     ["Together that is {v=a+b} {pers}.", "That is {w=v*p} {u}."]),
    (1.5, "a:S; b:S; p:P",
     ["{S} earns ${p} an hour. {He} works {#a} hours [on {d1}|in the morning] and {#b} hours [on {d2}|later]. How much "
      "[money |]does "
      "{he} earn [in all|together]?",
      "{S} works {#a} hours on {d1} and {#b} hours on {d2}. {He} gets ${p} for each hour. How much is that [in all|]?"],
     ["{s} works {v=a+b} hours.", "{s} earns {$w=v*p}."]),
    (1.5, "a:S; b:S; p:R; what,act ~ lap,runs|round,rides|length,swims|trip,drives|lap,walks",
     ["{S} {act} {#a} {what}s [in the morning|on {d1}|first] and {#b} {what}s [in the evening|on {d2}|after a rest]. [One "
      "{what} is|"
      "Each {what} is|A {what} has] {p} metres. How many metres [is that|does {he} make]?"],
     ["{s} {act} {v=a+b} {what}s.", "That is {w=v*p} metres."]),
    (2, "a:S; b:S; d:S; u,verb,do ~ "
     "km,walks,walk|litres,uses,use|grams,eats,eat|pages,reads,read|minutes,reads,read|cups,drinks,"
     "drink|km,rides,ride|hours,works,work|eggs,uses,use",
     ["{S} {verb} {a} {u} in the [morning|forenoon] and {b} {u} in the [evening|afternoon] [of|on] each [day. How many {u} "
      "is that "
      "in {d} days?|of {d} days. How many {u} does {s} {do} in all?]",
      "[On each of {d} days|Every day for {d} days] {S} {verb} {a} {u} before lunch and {b} {u} after lunch. How many {u} "
      "[is that in "
      "all|does {he} {do}]?",
      "{S} {verb} {a} {u} a day and {his} {relative} {verb} {b} {u} a day. How many {u} do they {do} together in {d} days?",
      "{S} {verb} {a} {u} there and {a} {u} back on each of {d} days. How many {u} is that in all?"],
     ["Each day that is {v=a+b} {u}.", "In {d} days that is {w=v*d} {u}."]),
    (1.5, "a:H; b:H; what,other2,u ~ horse,pony,kg of hay|dog,cat,grams|lamp,radio,cents|kitchen,bath,litres of "
     "water|cow,goat,kg of "
     "grass|stove,heater,logs|hotel,cafe,rolls",
     ["A {what} [needs|takes] {a} {u} a day, and a {other2} [needs|takes] {b} {u}. How many {u} do [both|they] need [in a "
      "week|in one "
      "week|in seven days]?"],
     ["Each day they need {v=a+b} {u}.", "In a week they need {w=v*7} {u}."]),
    (2.5, MAKER + "; a:G; b:N; d:D",
     ["A {what} {does} {a} {u} a {per}. How many {u} do {#b} {what}s {do} in {d} {per}s?",
      "[One|Each] {what} {does} {a} {u} [in a|every] {per}. {S} has {#b} {what}s. How many {u} [are that|do they {do}] in "
      "{d} {per}s?"],
     ["In one {per} they {do} {v=b*a} {u}.", "In {d} {per}s they {do} {w=v*d} {u}."]),
    (1.5, "a:N; b:G; d:D; what,tour,load ~ boat,trips,people|bus,tours,people|cable "
     "car,rides,people|truck,trips,boxes|train,trips,"
     "people|plane,flights,people|van,trips,bags",
     ["A {what} makes {#a} {tour} [a|every|each] day and carries {b} {load} [on each of them|each time]. How many {load} "
      "does it carry "
      "in {d} days?"],
     ["In a day it carries {v=a*b} {load}.", "In {d} days it carries {w=v*d} {load}."]),
    (1.5, "n:2..6; k:2..12; what,u ~ tap drips,drops|clock gains,seconds|snail climbs,cm|plant grows,mm|candle "
     "loses,grams|child learns,words|tank loses,"
     "litres",
     ["A {what} {k} {u} [each|every] [day. How many {u} is that after {n} weeks?|day, and nothing changes this. How many "
      "{u} is that "
      "in {n} weeks?|single day. How many {u} are that in {n} weeks?]"],
     ["{n} weeks are {v=n*7} days.", "That is {w=v*k} {u}."]),
    (1.5, "a:2..60; b:2..60; t:2..9; who,u,one ~ "
     "cyclists,km,hour|boats,km,hour|ships,km,hour|cars,km,hour|snails,cm,minute|runners,"
     "metres,minute|trains,km,hour|ants,cm,minute",
     ["Two {who} start [at the same place|together] and move [in opposite directions|away from each other]. One "
      "[makes|moves] {a} {u} a "
      "{one} and the other {b} {u}. How far apart are they after {t} {one}s in {u}?",
      "Two {who} leave [a town|the same place], one to the [north|left] and one to the [south|right]. One [makes|moves] "
      "{a} {u} a "
      "{one}, the other {b} {u} a {one}. How many {u} are between them after {t} {one}s?"],
     ["In one {one} they move {v=a+b} {u} apart.", "After {t} {one}s they are {w=v*t} {u} apart."]),
    (1.5, "p:G; h:S; c:S; act,u ~ rides,km|drives,km|walks,km|sails,km|runs,km|skates,km",
     ["{S} {act} {p} {u} [an hour|in one hour|in an hour] [for {#h} hours|on a trip of {#h} hours], and then [{he} pushes "
      "the bike {c} "
      "{u}|there are {c} {u} more to go|{c} {u} more follow]. How many {u} long is the [whole |]way?",
      "{S} {act} for {#h} hours, {p} {u} in each hour, and then {c} {u} more. How many {u} [is that in all|are that "
      "together]?"],
     ["In {h} hours {s} {act} {v=h*p} {u}.", "In all that is {w=v+c} {u}."]),
    (1.5, "n:2..7; a:H; b:H; what,u ~ practises the "
     "piano,minutes|runs,metres|reads,pages|swims,metres|trains,minutes|studies,minutes",
     ["{S} {what} {a} {u} on each of {#n} days and {b} {u} on [one more day|the last day|Sunday]. How many {u} is that in "
      "all?",
      "On {#n} days {S} {what} for {a} {u}, and on the [next|last] day for {b} {u}. How many {u} are that together?"],
     ["On the {n} days that is {v=n*a} {u}.", "In all that is {w=v+b} {u}."]),
    (2, "a:B; b:B; r:5..80; c=a+b+r; what,act,u ~ book,has read,pages|road,has walked,km|song book,has "
     "learned,songs|film,has seen,"
     "minutes|wall,has painted,metres|trip,has driven,km|list,has learned,words|letter,has copied,lines",
     ["A {what} has {c} {u}. {S} {act} {a} {u} [before lunch and {b} {u} after lunch|on {d1} and {b} {u} on {d2}|and then "
      "{b} {u} more]"
      ". How many {u} are left?",
      "{S} {act} {a} {u} of a {what} on {d1} and {b} {u} on {d2}. The {what} has {c} {u}. How many {u} [remain|are still "
      "left]?"],
     ["So far that is {v=a+b} {u}.", "There are {w=c-v} {u} left."]),
    (1.5, "a:B; b:B; r:2..50; c=a+b+r",
     ["There are {a} {ts} [in one room|in the hall|on the table] and {b} [in another|in the yard|on the floor]. {S} needs "
      "{c} {ts}. How "
      "many [{ts} |]are missing?",
      "{S} needs {c} {ts}. {He} has {a} and [finds {b} more|gets {b} from {his} {relative}|buys {b}]. How many {ts} does "
      "{he} still "
      "need?"],
     ["There are {v=a+b} {ts}.", "{w=c-v} {ts} are missing."]),
    (1.5, "s_:2..60; a=4*s_; g_:2..9; what,line ~ garden,fence|park,wall|field,hedge|yard,fence|lawn,path|picture,frame; "
     "b:5..60; c:5..60",
     ["A square {what} has sides of {s_} metres. A {line} goes around it, [but not across|with a gap for] a gate of {g_} "
      "metres. How "
      "many metres of {line} are [needed|that]?",
      "{S} builds a {line} around a square {what}. Each side is {s_} metres long, and a gate of {g_} metres stays open. "
      "How long is the "
      "{line} in metres?"],
     ["The four sides are {v=4*s_} metres.", "The {line} is {w=v-g_} metres long."]),
    (1, "a:3..40; b:3..30; what ~ garden|room|field|yard|pool|park",
     ["A {what} is {a} metres long and {b} metres wide. How many metres is it [all the way around|around the {what}]?"],
     ["Two sides are {v=a+b} metres.", "All four sides are {w=v*2} metres."]),
    (1.5, "k:2..9; t ~ 5|10|10|15|20; e:2..60//t-1; r=60-t*e; what ~ birds|boats|stars|boxes|cups|cards|hats|letters",
     ["{S} makes {k} {what} in {t} minutes. [In one hour {he} rests for {r} minutes|{He} works for an hour but rests {r} "
      "minutes of it]. "
      "How many {what} does {he} make in that hour?"],
     ["{s} works for {v=60-r} minutes.", "That is {w=v/t} times {t} minutes.", "{s} makes {x=w*k} {what}."]),
    (1.5, "k:2..12; x:2..20; a=2*k*x; e:2..3; who,u ~ car,km|van,km|truck,km|bus,km|boat,km",
     ["A {who} drives {a} {u} [on {d1}|in the morning] and half as far [on {d2}|in the evening]. It [needs|uses] 1 litre "
      "for every "
      "{k} {u}. How many litres does it use [in all|]?"],
     ["The second part is {v=a/2} {u}.", "In all that is {w=a+v} {u}.", "The {who} uses {y=w/k} litres."]),
    (1, "n:3..20; b:5..60; c:2..n-1; what,one ~ truck,sacks|cart,boxes|boat,crates|van,bags|train,cars|shelf,tins",
     ["A {what} carries {n} {one} of {b} kg each. {#c} {one} are [taken off|unloaded|lost]. How many kg [are still on the "
      "{what}|does it "
      "carry then]?",
      "There are {n} {one} of {b} kg each on a {what}. [At a farm|In the town] {c} of them are taken off. How many kg are "
      "left?"],
     ["{v=n-c} {one} are left.", "They weigh {w=v*b} kg."]),
]
