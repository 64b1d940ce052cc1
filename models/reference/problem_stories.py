"""Stories of goods: groups, sharing, comparing, filling, counting. See problem_words.py for the language.

Each family is (weight, draws, questions, steps); the last sum is the answer.
"""
HAS = "[has|buys|finds|picks|gets|counts|brings|orders|packs|fills]"
GIVES = "[gives away|sells|loses|breaks|uses|throws away|lends out|drops|takes out|gives {his} {relative}]"
LEFT = "[are left|remain|are still there|are there now|are left over|does {he} have left|does {he} still have|does {s} " \
       "have now|does {s} keep]"
EACH = "[with {b} {ts} {in} each {box}|of {b} {ts} each|with {b} {ts} each|of {b} {ts}|that hold {b} {ts} each]"
PLACES_WITH = "what,unit,one,seat,full,doo ~ hall,rows,row,seats,taken,in|train,coaches,coach,seats,taken,on|hotel,floors,floor," \
    "rooms,booked,in|bus,rows,row,seats,taken,on|stadium,blocks,block,seats,sold,in|cinema,rows,row,seats,sold,in|ship,decks," \
    "deck,cabins,taken,on|car park,levels,level,places,taken,in|school,corridors,corridor,lockers,used,in|plane,rows,row," \
    "seats,taken,on|concert hall,rows,row,seats,sold,in|camp,fields,field,tents,taken,in"
DAILY = "what,u,uu,act,acts ~ tank,litres of water,litres,used,uses|sack,kg of rice,kg,eaten,eats|jar,sweets,sweets,eaten," \
    "eats|box,candles,candles,burned,burns|barrel,litres of oil,litres,used,uses|bag,kg of seed,kg,used,uses|can,litres of " \
    "paint,litres,used,uses|shed,logs,logs,burned,burns|cellar,bottles,bottles,sold,sells|box,biscuits,biscuits,eaten,eats"
ANIMALS = "animals,pens,pen ~ cows,barns,barn|goats,fields,field|rabbits,cages,cage|horses,stables,stable|hens,coops,coop|" \
    "fish,tanks,tank|ducks,ponds,pond|pigs,sheds,shed|mice,boxes,box|birds,cages,cage"

STORIES = [
    # a*b - c
    (4, "a:N; b:G; c:2..a*b-1",
     ["{S} " + HAS + " {#a} {cs} " + EACH + ". {He} " + GIVES + " {c} {ts}. How many {ts} " + LEFT + "?",
      "{S} " + HAS + " {#a} {cs} of {ts}. [Each {box} holds|In each {box} there are] {b} {ts}."
      " {He} " + GIVES + " {c} {ts}. How many {ts} " + LEFT + "?",
      "{S} " + HAS + " {#a} {cs} " + EACH + " and " + GIVES + " {c} {ts}. How many {ts} " + LEFT + "?",
      "A {box} holds {b} {ts}. {S} has {#a} [full|such|] {cs} and " + GIVES + " {c} {ts}. How many {ts} " + LEFT + "?",
      "A {place} has {#a} {cs} of {ts} " + "with {b} {ts} {in} each {box}. [{c} of them are [sold|broken|taken away|given "
       "away]|"
      "{S} takes {c} of them|A storm breaks {c} of them|Somebody takes {c} {ts}|Then {c} {ts} are sold]. How many {ts} [are "
      "left|remain|are still there|are there now]?"],
     ["The {cs} hold {v=a*b} {ts}.", "There are {w=v-c} {ts} left."]),
    (1.5, "a:N; b:R; c=10*a*b//20; d:2..c//5; c=10*d; u,uu ~ sheets of paper,sheets|grams of flour,grams|metres of "
     "wire,metres|"
     "grams of sugar,grams|ml of juice,ml|nails,nails|grams of rice,grams",
     ["{S} [has|buys|orders] {#a} packs [of {u} with {b} {uu} each|with {b} {u} each|of {b} {u} each] and uses {c} {uu}. "
      "How "
      "many {uu} [are left|remain|does {s} still have]?",
      "A {place} [buys|gets] {#a} packs [with|of] {b} {u} each. [{c} {uu} are used|They use {c} {uu}]. How many {uu} [are "
      "left|"
      "remain]?"],
     ["The packs hold {v=a*b} {uu}.", "There are {w=v-c} {uu} left."]),
    (2, PLACES_WITH + "; a:N; b:G; c:2..a*b-1",
     ["A {what} has {#a} {unit} [with|of] {b} {seat} each. [If {c} {seat} are {full}, how many {seat} are free?|{c} {seat} "
      "are "
      "{full}. How many {seat} [are free|are still free|stay free|are not {full}]?|Today {c} {seat} are {full}. How many "
      "{seat} [are free|are not {full}]?]",
      "There are {#a} {unit} {doo} a {what}, and each {one} has {b} {seat}. How many {seat} are free when {c} [of them |"
      "{seat} |]are {full}?"],
     ["The {what} has {v=a*b} {seat}.", "There are {w=v-c} {seat} free."]),
    # a*b + c
    (2, "a:N; b:G; c:B",
     ["{S} has {#a} {cs} " + EACH + " and {c} [more|other|loose] {ts} [on the floor|at home|in a bag|]. How many {ts} does "
      "{s} "
      "have [in all|in total|]?",
      "{S} [fills|packs] {#a} {cs} with {b} {ts} each. Then {c} {ts} [are left over|do not fit]. How many {ts} [did {he} "
      "have|"
      "are there in all]?",
      "{S} has {c} {ts}. [{He} buys|{his} {relative} brings|Then {he} finds] {#a} {cs} " + EACH + ". How many {ts} does "
       "{he} "
      "have now?"],
     ["The {cs} hold {v=a*b} {ts}.", "In total there are {w=v+c} {ts}."]),
    (1, ANIMALS + "; a:N; b:S; c:B",
     ["[A farmer|{name}|A zoo|A school] has {#a} {pens} with {b} {animals} [in each {pen}|each] and {c} [other|more] "
      "{animals} "
      "[outside|in the yard|in the garden]. How many {animals} [are there|are that in all]?"],
     ["The {pens} hold {v=a*b} {animals}.", "In total there are {w=v+c} {animals}."]),
    (1, "a:S; b:P; e:2..9; what,inn,u ~ box,cups,kg|crate,bottles,kg|bag,books,kg|basket,melons,grams|trunk,coats,kg",
     ["[A|An empty] {what} weighs {e} {u} [when [empty|nothing is in it]|without anything in it|]. {S} puts {#a} {inn} of "
      "{b} {u}"
      " each into it. [How heavy is the full {what} in {u}?|How many {u} does the {what} weigh [now|then]?]"],
     ["The {inn} weigh {v=a*b} {u}.", "The full {what} weighs {w=v+e} {u}."]),
    # a*b + c*d
    (2.5, "a:N; b:S; c:N; d:S",
     ["{S} " + HAS + " {#a} {cs} of {b} {col} {ts} and {#c} {cs} of {d} {col2} {ts}. How many {ts} [does {s} have|are "
      "that|are "
      "there in all|does {he} have in all]?",
      "{S} [fills|packs] {#a} {cs} with {b} {col} {ts} each and {#c} {cs} with {d} {col2} {ts} each. How many {ts} [does "
      "{he} "
      "need|are that|does {s} use]?"],
     ["The {col} {ts} are {v=a*b}.", "The {col2} {ts} are {w=c*d}.", "In total there are {x=v+w} {ts}."]),
    (1.5, "a:N; b:S; c:N; d:S; x,y,u,verb ~ pots,trees,litres of water,needs|cats,dogs,grams of "
     "food,gives|rooms,halls,litres of "
     "paint,uses|dresses,coats,metres of cloth,uses|cakes,loaves,cups of flour,uses|short songs,long songs,minutes,needs",
     ["{S} {verb} {b} {u} for each of {#a} {x} and {d} {u} for each of {#c} {y}. How many {u} [is that in all|does {s} need "
      "together]?",
      "There are {#a} {x} and {#c} {y}. [Each of the {x}|One of the {x}] takes {b} {u}, and each of the {y} takes {d} {u}. "
      "How "
      "many {u} do [they all|all of them] take?",
      "{S} has {#a} {x} that take {b} {u} each and {#c} {y} that take {d} {u} each. How many {u} [do they take together|are "
      "needed]?"],
     ["The {x} take {v=a*b} {u}.", "The {y} take {w=c*d} {u}.", "Together they take {t_=v+w} {u}."]),
    # a - n*b
    (3, "n:N; b:S; r:2..40; a=n*b+r",
     ["{S} has {a} {ts}. {He} [gives {b} [{ts} |]to each of {his} {#n} {people}|gives {#n} {people} {b} {ts} each|puts {b} "
      "{ts} [{in} each of|into each of] {#n} {cs}|fills {#n} {cs} with {b} {ts} each|makes {#n} sets of {b} {ts} "
      "each|needs {b} "
      "{ts} for each of {#n} presents]. How many {ts} [are left|does {s} have left|does {he} still have|are left over|does "
      "{he} "
      "keep|remain]?",
      "{S} fills {#n} {cs} with {b} {ts} each. {He} has {a} {ts}. How many {ts} are [left|left over|not {in} a {box}]?",
      "[{#n} {people} [eat|take|get|use]|Each of {#n} {people} [takes|gets]] {b} {ts} [each |]out of a box of {a}. How "
      "many {ts} "
      "[are left|remain|are still in the box]?"],
     ["That takes {v=n*b} {ts}.", "There are {w=a-v} {ts} left."]),
    (2, "n:N; b:G; r:2..60; a=n*b+r; what,u ~ rope,metres|ribbon,cm|wire,metres|board,cm|string,cm|roll of "
     "cloth,metres|pipe,cm|"
     "chain,cm|hose,metres",
     ["A {what} is {a} {u} long. {S} [cuts off {#n} pieces of {b} {u} each|cuts {#n} pieces of {b} {u} from it|needs {#n} "
      "pieces"
      " of {b} {u} each]. How many {u} [are left|of {what} are left|remain|long is the rest]?",
      "{S} cuts {#n} pieces of {b} {u} each from a {what} of {a} {u}. How long is the rest in {u}?"],
     ["The pieces are {v=n*b} {u} long together.", "{w=a-v} {u} are left."]),
    (2, DAILY + "; n:N; d:S; r:2..60; a=n*d+r",
     ["A {what} holds {a} {u}. [Each|Every] day {n} {uu} are {act}. How many {uu} are left after {d} days?",
      "There are {a} {u} in a {what}. {S} {acts} {n} {uu} [a day|each day|every day] [for {d} days. How many {uu} [are left|"
      "remain|are still there]?|. How many {uu} are there after {d} days?]",
      "{S} has {a} {u} in a {what} and {acts} {n} of them on each of {d} days. How many {uu} does {he} still have?"],
     ["In {d} days {v=n*d} {uu} are {act}.", "There are {w=a-v} {uu} left."]),
    (1.5, DAILY + "; n:S; d:S; r:2..40; a=n*d+r; e:B",
     ["A {what} has {a} {u}. {S} {acts} {n} {uu} [a day|each day] for {d} days[, and|. Then] {his} {relative} "
      "[adds|brings|puts "
      "in] {e} {uu}. How many {uu} are in the {what} now?",
      "There are {a} {u} in a {what}. For {d} days {n} {uu} are {act} [each day|a day], and after that {e} {uu} [are "
      "added|come "
      "in]. How many {uu} are there then?"],
     ["In {d} days {v=n*d} {uu} are {act}.", "That leaves {w=a-v} {uu}.", "With the new ones there are {x=w+e} {uu}."]),
    (1.5, "n:N; b:G; r:5..90; a=n*b+r; what,load,u,sit ~ truck,boxes,kg,lies on it|boat,passengers,kg,sits in "
     "it|bridge,cars,kg,"
     "stands on it|crane,beams,kg,hangs on it|shelf,books,grams,stands on it|bus,bags,kg,is in it|van,machines,kg,is in it",
     ["A {what} can [carry|hold|bear] {a} {u}. {#n} {load} of {b} {u} each are on it. How many [more {u}|{u} more] [can it "
      "carry|"
      "may be added|are possible]?",
      "{#n} {load} weigh {b} {u} each. A {what} [can carry|holds] {a} {u}. How many {u} can it carry besides [the "
      "{load}|them]?"],
     ["The {load} weigh {v=n*b} {u}.", "There is room for {w=a-v} {u} more."]),
    (1.5, "n:S; b:R; r:2..9; a=n*b+r*50; u,made,bake ~ grams of flour,bread,bakes|grams of sugar,cake,makes|ml of "
     "milk,pudding,"
     "cooks|grams of wool,scarf,knits|ml of paint,door,paints|cm of wood,frame,builds|grams of clay,bowl,makes",
     ["{S} [uses|needs] {b} {u} for one {made}. {He} has {a} {u} and {bake} {#n} of them. How many {u} are left?",
      "{S} has {a} {u}. [One {made} takes|For a {made} {he} needs] {b} {u}. How many {u} are left after {#n} of them?",
      "For one {made} {S} needs {b} {u}. How many {u} of {a} are left when {he} {bake} {#n}?"],
     ["{s} uses {v=n*b} {u}.", "There are {w=a-v} {u} left."]),
    # sharing and packing
    (2, "k:S; e:S; c:2..20; a=k*e+c",
     ["{S} " + HAS + " {a} {ts}. {He} [keeps {c} and|eats {c} and|keeps {c} [for {him}self|at home] and|gives {c} to {his} "
      "{relative} and] [shares the rest equally among {#k} {people}. How many {ts} does each one get?|gives the rest to "
      "{#k} "
      "{people} in equal parts. How many {ts} does each of them get?|puts the [rest|others] into {#k} equal {cs}. How many "
      "{ts} "
      "are {in} each {box}?|packs the rest into {#k} {cs}, the same number in each. How many {ts} does one {box} hold?]"],
     ["The rest is {v=a-c} {ts}.", "Each one has {w=v/k} {ts}."]),
    (1.5, "k:S; e:S; c:10..60; a=k*e+c; what,u ~ rope,metres|ribbon,cm|wire,metres|board,cm|film,minutes|string,cm|road,km",
     ["{S} [cuts|splits] a {what} of {a} {u} into one [part|piece] of {c} {u} and {#k} equal parts. How many {u} [long|] "
      "is each "
      "of the equal parts?",
      "A {what} is {a} {u} long. One part of {c} {u} [is cut off|is taken away], and the rest is split into {#k} equal "
      "parts. "
      "How long is each of them in {u}?"],
     ["The rest is {v=a-c} {u}.", "Each equal part is {w=v/k} {u}."]),
    (2.5, "k:S; e:S; a:2..k*e-1; b=k*e-a; one,two ~ in the morning,in the afternoon|on Saturday,on Sunday|at home,at school|"
     "in the garden,in the wood|before lunch,after lunch",
     ["{S} [collects|finds|picks|gets|makes] {a} {ts} {one} and {b} {two}. {He} [puts them into {#k} equal piles. How many "
      "{ts} "
      "are in each pile?|puts {k} {in} each {box}. How many {cs} are there?|packs them in {cs} of {k}. How many {cs} does "
      "{he} "
      "need?|gives them to {#k} {people} in equal parts. How many {ts} does each get?|shares them equally among {#k} "
      "{people}. "
      "How many {ts} does each one get?]",
      "A [class|choir|club|group] has {a} girls and {b} boys. They [stand in rows of {k}. How many rows are there?|make "
      "teams of"
      " {k}. How many teams are there?|go in {#k} equal groups. How many children are in each group?|sit at tables of {k}. "
      "How "
      "many tables do they need?]"],
     ["Together that is {v=a+b}.", "That makes {w=v/k}."]),
    (2, "k ~ 2|3|4|5|6|8|10|12|6|4; n:2..9; b:2..9; made,mk,ts ~ "
     "cakes,bakes,eggs|pies,bakes,apples|salads,makes,tomatoes|necklaces,"
     "makes,beads|boxes,builds,nails|puddings,cooks,plums|models,builds,sticks|drinks,mixes,lemons|soups,cooks,onions|shirts,sews,buttons",
     ["{S} {mk} {#n} {made} and uses {#b} {ts} for each. {ts} come in {cs} of {k}. How many {cs} [must {he} buy|does {he} "
      "need|"
      "are that]?",
      "One {box} holds {k} {ts}. {S} {mk} {#n} {made} with {#b} {ts} each. How many {cs} of {ts} [does {he} need|must {he} "
      "open]?",
      "{S} needs {#b} {ts} for each of {#n} {made}. How many {cs} of {k} {ts} are that?"],
     ["{s} needs {v=n*b} {ts}.", "That is {w=v/k} {cs}."]),
    (1.5, "k:S; x:2..9; e:S; n:2..9; k=n*x; each=x*e; what,u,uu,acts ~ bag,kg of "
     "rice,kg,uses|box,biscuits,biscuits,eats|tin,"
     "grams of coffee,grams,drinks|pack,candles,candles,burns|bag,kg of food,kg,feeds|bottle,ml of oil,ml,uses",
     ["A {what} [holds|has] {each} {u}. A [family|school|cook|shop] [uses|needs] {k} {uu} a day. How many days [do|will] "
      "{#n} "
      "{what}s last?",
      "{S} [uses|needs] {k} {u} a day. One {what} has {each} {uu}. For how many days are {#n} {what}s enough?"],
     ["The {what}s hold {v=n*each} {uu}.", "They last {w=v/k} days."]),
    (1, "k:2..9; n:2..9; e:2..9; a=n*k; x=a*e; each=k*e; big,small,u ~ "
     "tanks,cans,litres|buckets,bottles,litres|sacks,bags,kg|"
     "barrels,jugs,litres|rolls,strips,metres",
     ["[{S} has|There are] {#n} {big} of {each} {u} each. How many {small} of {k} {u} can [be filled|be made|{he} fill]?",
      "How many {small} of {k} {u} can be filled from {#n} {big} with {each} {u} each?"],
     ["The {big} hold {v=n*each} {u}.", "That is enough for {w=v/k} {small}."]),
    (1, "m:2..9; x:2..6; unit,n2,one,per,pers ~ pairs of gloves,2,gloves,ball of wool,balls of wool|pairs of shoes,2,shoes,"
     "tin of polish,tins of polish|bikes,2,wheels,can of oil,cans of oil|tables,4,legs,pot of paint,pots of paint|cars,4,"
     "wheels,hour,hours|pairs of mittens,2,mittens,roll of yarn,rolls of yarn|weeks,7,days,bag of food,bags of food; "
     "k=2*x; n=x*m",
     ["One {per} is enough for {k} {one}. How many {pers} are needed for {n} {unit}?"],
     ["{n} {unit} are {v=n*n2} {one}.", "They need {w=v/k} {pers}."]),
    # fractions
    (2, "k:S; a=fd*k; who,does,dont ~ children,wear hats,do not wear hats|pupils,play football,do not play football|people,"
     "have a car,do not have a car|birds,can fly,cannot fly|houses,have a garden,have no garden|apples,are red,are not red|"
     "books,are new,are not new|cars,are white,are not white|guests,eat fish,do not eat fish|flowers,are open,are not open",
     ["There are {a} {who} in a [town|park|hall|field|village|room|yard]. {fr} of [them|the {who}] {does}. How many {who} "
      "{dont}?",
      "{fr} of {a} {who} {does}. How many {who} {dont}?"],
     ["{v=a/fd} {who} {does}.", "So {w=a-v} {who} {dont}."]),
    (1.5, "k:S; a=fd*k; x=a-k; c:2..x-1",
     ["{S} " + HAS + " {a} {ts}. {He} [eats|sells|gives away|loses|uses] {fr} of them[ and then|. Then {he}] "
      "[breaks|drops|gives "
      "away] {c} [more|]. How many {ts} [are left|does {he} have left|remain]?",
      "There are {a} {ts} in a {place}. {fr} of them [are sold|are taken away], and {c} more are broken. How many {ts} "
      "[are left|"
      "remain]?"],
     ["{fr} of the {ts} is {v=a/fd}.", "Then {w=a-v} {ts} are left.", "In the end {x=w-c} {ts} are left."]),
    (1.5, "k:S; a=fd*k; c:B; who ~ birds|people|children|ducks|cats|cars|boats|guests",
     ["There are {a} {who} [in a park|near a lake|in a yard|at a harbour]. {fr} of them [leave|go away|move away][ and "
      "then|. "
      "Then] {c} [new|other|more] {who} come. How many {who} are there [now|then]?"],
     ["{fr} of them is {v=a/fd} {who}.", "Then {w=a-v} {who} stay.", "Now there are {x=w+c} {who}."]),
    (1.5, "d,m,third,two ~ 3,2,third,two thirds|3,2,third,two thirds|4,3,quarter,three quarters|5,2,fifth,two "
     "fifths|5,3,fifth,"
     "three fifths; k:S; a=d*k; c:2..k*m-1",
     ["{S} [plants|sows|sets] {a} [seeds|bulbs]. {two} of them grow. [Birds eat|Snails eat|The wind breaks|{He} sells] {c} "
      "of the "
      "plants. How many plants are left?",
      "There are {a} [pupils|people|guests] at a [party|fair|show]. {two} of them stay for the evening, and {c} of these "
      "help to "
      "clean up. How many of those who stay do not help?"],
     ["One {third} is {v=a/d}.", "So {two} are {w=v*m}.", "Then {x=w-c} are left."]),
    (1, "t:2..6; k:2..9; e=t*k; a=3*e; what,u,things,size ~ shelf,cm,boxes,wide|wall,cm,pictures,wide|road,metres,cars,long|"
     "table,cm,plates,wide|bed,cm,plants,wide|drawer,cm,files,thick",
     ["A {what} is {a} {u} long. Two thirds of it are full of {things}, and each takes {t} {u}. How many {things} are "
      "there?",
      "A {what} is {a} {u} long. {things} that are {t} {u} {size} [fill|take] two thirds of it. How many {things} are "
      "that?"],
     ["One third of the {what} is {v=a/3} {u}.", "The {things} take {w=v*2} {u}.", "There are {x=w/t} {things}."]),
    (1.5, "d,frac ~ 2,half|3,a third|4,a quarter|5,a fifth|3,one third; k:S; a=d*k; c:2..a-k-1; w,x,y,z ~ cats,dogs,birds,"
     "animals|red,blue,green,balls|girls,boys,adults,visitors|apples,pears,plums,fruits|cars,buses,bikes,vehicles|roses,tulips,"
     "lilies,flowers|pens,books,toys,things|trains,boats,planes,models",
     ["{S} [has|counts|sees|looks after] {a} {z}. {frac} of them are {w}, {c} [of them|] are {x}, and [the rest|the "
      "others|all "
      "others] are {y}. How many [are {y}|{y} are there]?",
      "Of {a} {z} {frac} are {w} and {c} are {x}. The rest are {y}. How many are {y}?"],
     ["{v=a/d} {z} are {w}.", "{w} and {x} are {t_=v+c} together.", "So {u_=a-t_} {z} are {y}."]),
    # more, fewer, times as many of two or three kinds
    (2, "a:2..20; k=tk; c:2..20; x,y,z,all_ ~ ducks,swans,geese,birds|cats,dogs,rabbits,animals|pears,apples,lemons,fruits|"
     "roses,tulips,lilies,flowers|cups,plates,bowls,dishes|girls,boys,adults,people|pens,pencils,rulers,things|cows,goats,hens,"
     "animals|cars,bikes,buses,vehicles|forks,spoons,knives,pieces|oaks,firs,birches,trees|cakes,pies,rolls,things",
     ["[A {place} has|{S} has|There are] {a} {x} and {tw} as many {y}. How many {all_} are [that|there] if there are also "
      "{c} {z}?",
      "There are {tw} as many {y} as {x}. [There are {a} {x}|The number of {x} is {a}]. How many {all_} are there with {c} "
      "{z} more?",
      "{S} has {tw} as many {y} as {x}. {He} has {a} {x} and {c} {z}. How many {all_} [does {he} have|are that|does {he} "
      "have in all]?",
      "{S} [sees|counts] {a} {x}, {tw} as many {y} and {c} {z}. How many {all_} are that?"],
     ["There are {v=a*k} {y}.", "In all there are {w=a+v+c} {all_}."]),
    (1, "a:5..40; b:2..a-2; c:2..20",
     ["A [team|club|player] [won {a} games, lost {b} more than it won and drew {c}. How many games [were that|are that in "
      "all]?|"
      "plays {a} games in spring, {b} more in summer than in spring, and {c} in winter. How many games are that?]",
      "There are {a} boys, {b} more girls than boys, and {c} adults in a {place}. How many people are that?",
      "{S} has {a} {col} {ts}, {b} more {col2} ones, and {c} others. How many {ts} [does {he} have|are that in all]?"],
     ["The second number is {v=a+b}.", "In all that is {w=a+v+c}."]),
    (1, "a:5..40; b:2..a-2; c:2..20",
     ["A [team|club|player] [won {a} games, lost {b} fewer than it won and drew {c}. How many games [were that|are that in "
      "all]?|"
      "plays {a} games in spring, {b} fewer in summer than in spring, and {c} in winter. How many games are that?]",
      "There are {a} boys, {b} fewer girls than boys, and {c} adults in a {place}. How many people are that?",
      "{S} has {a} {col} {ts}, {b} fewer {col2} ones, and {c} others. How many {ts} [does {he} have|are that in all]?"],
     ["The second number is {v=a-b}.", "In all that is {w=a+v+c}."]),
    (1.5, "a:3..20; b:2..15; b=b+b%2",
     ["{other} has {a} {ts}. {third} has {b} more than {other}, and {name} has half as many as [both|the two|{other} and "
      "{third}] "
      "together. How many {ts} does {name} have?"],
     ["{third} has {v=a+b} {ts}.", "{other} and {third} have {w=a+v} {ts} together.", "{name} has {x=w/2} {ts}."]),
    (2, "a:3..30; k=tk; r:2..40; n=a+a*k+r",
     ["[There are {n} {ts} in a {place}.|{S} has {n} {ts}.|A {place} has {n} {ts} [in the morning|on {d1}|to begin with].] "
      "[{a} of them are "
      "sold [first|at once|before lunch] and {tw} as many [later|after lunch]|{his} {relative} takes {a} and {his} friends "
      "take {tw} as "
      "many]. How many {ts} [are left|remain|are still there]?"],
     ["The second number is {v=a*k} {ts}.", "Together that is {w=a+v} {ts}.", "There are {x=n-w} {ts} left."]),
    (1.5, "a:5..40; b:5..40; c:5..40; r:2..a+b+c-5; g_=a+b+c-r; verb,do,u ~ "
     "swims,swim,lengths|reads,read,pages|runs,run,km|sells,sell,"
     "tickets|scores,score,points|collects,collect,coins|learns,learn,words|walks,walk,km|bakes,bake,rolls",
     ["{S} {verb} {a} {u} on {d1}, {b} on {d2} and {c} on {d3}. [How many {u} is that above {g_}?|{He} wanted {g_} {u}. "
      "How many more is "
      "that?|{g_} of the {u} do not count. How many do?]"],
     ["In all that is {v=a+b+c} {u}.", "That is {w=v-g_} {u} more than {g_}."]),
    (0.8, "a:10..60; b:2..9",
     ["{S} has ${b} more than {other}. {other} has ${a}. How much [money |]do they have together?",
      "{other} has ${a}, and {name} has ${b} more. How much [money |]do they have together?"],
     ["{name} has {$v=a+b}.", "Together they have {$w=a+v}."]),
    (0.8, "a:10..60; b:2..9",
     ["{S} has ${b} less than {other}. {other} has ${a}. How much [money |]do they have together?",
      "{other} has ${a}, and {name} has ${b} less. How much [money |]do they have together?"],
     ["{name} has {$v=a-b}.", "Together they have {$w=a+v}."]),
]
