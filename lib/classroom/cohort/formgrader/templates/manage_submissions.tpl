{#- nbgrader's page, with the command for a whole class that is this course's. -#}
{%- extends 'nbgrader/manage_submissions.tpl' -%}

{%- block messages -%}
<p>The buttons judge one learner, locked up, and write one learner's page. For all of them, in a terminal:</p>
<pre>
cd "{{ course_dir }}"
python -m classroom grade {{ assignment_id }}
python -m classroom feedback {{ assignment_id }}</pre>
{%- endblock -%}
